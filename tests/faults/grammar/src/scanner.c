// Does to its process what the lines of the file say, one after the other: each is a verb and perhaps an argument. If
// nothing ends it, the file is well-formed, so that a test sees whether anything came of it.
//
//   nothing            the file is harmless
//   signal N           sends itself a signal
//   null               writes through a null pointer
//   divide             divides by zero (traps on x86; elsewhere SIGFPE is raised)
//   trap               executes an instruction that is none
//   recurse            calls itself until the stack is full
//   abort              as a failed assert does
//   exit N             leaves
//   loop               computes for ever
//   busy N             computes for N milliseconds of its own time, then goes on
//   sleep N            waits N milliseconds, then goes on
//   allocate           takes and touches memory without end, from the runtime's allocator as froe's scanners do
//   allocate_abort     the same from malloc, and aborts when there is no more
//   allocate_unchecked the same from malloc, and writes to what it could not give
//   leak N             keeps N bytes, then goes on
//   print N            N bytes on standard output; print_error: on standard error
//   write HEX          writes bytes to the worker's socket
//   length N           writes N bytes of rubbish to the worker's socket
//   close              closes the worker's socket
//   shut               ends the sending side of the worker's socket
//   descriptor N       writes a byte to descriptor N and says so on standard error if that works
//   fork               leaves a child behind that sleeps; fork_loop: that computes
//   fork_escape        the same in a session of its own
//   thread             starts a thread that computes for ever
//   open PATH          reads a file and says so on standard error if that works
//   create PATH        makes a file
//   connect PATH       connects to a Unix socket and sends a byte
//   inet               makes a network socket and says so on standard error if that works
//   exec PATH          becomes another program, with its own standard output
//   run PATH           starts another program
//   kill_parent N      sends a signal to its parent
//   kill_group N       sends a signal to its process group
//   trace              attaches to its parent as a debugger and says so on standard error if that works
//   executable         makes a page that is writable and executable
#define _GNU_SOURCE
#include "tree_sitter/parser.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
extern void *(*ts_current_malloc)(size_t);  // the runtime's

enum { worker_socket = 3 };

static void say(const char *words) {
  size_t size = strlen(words);
  if (write(STDERR_FILENO, words, size) != (ssize_t)size) _exit(99);
}

static void fill(int descriptor, size_t size) {
  char block[4096];
  memset(block, 'x', sizeof block);
  for (size_t i = 79; i < sizeof block; i += 80) block[i] = '\n';
  while (size > 0) {
    ssize_t count = write(descriptor, block, size < sizeof block ? size : sizeof block);
    if (count <= 0) return;
    size -= (size_t)count;
  }
}

static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static void write_hex(int descriptor, const char *hex) {
  size_t size = strlen(hex) / 2;
  char *bytes = malloc(size + 1);
  if (bytes == NULL) _exit(99);
  for (size_t i = 0; i < size; ++i) bytes[i] = (char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  for (size_t at = 0; at < size;) {
    ssize_t count = write(descriptor, bytes + at, size - at);
    if (count <= 0) break;
    at += (size_t)count;
  }
  free(bytes);
}

static volatile unsigned long ticks;
static void compute_for_ever(void) {
  for (;;) ++ticks;
}
static void *compute_in_thread(void *unused) {
  compute_for_ever();
  return unused;
}

static double own_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void sleep_milliseconds(long long milliseconds) {
  struct timespec left = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

// Touches the memory, because a system promises more than it has.
static void take(void *(*allocate)(size_t), size_t size, int checked) {
  char *memory = allocate(size);
  if (memory == NULL && checked) abort();
  for (size_t i = 0; i < size; i += 1024) ((volatile char *)memory)[i] = 1;
}

// Not a tail call, and not a constant, so that no compiler makes a loop of it.
static __attribute__((noinline)) int recurse(volatile char *above) {
  volatile char here[1024];
  here[0] = (char)(above[0] + 1);
  int deeper = recurse(here);
  return deeper + here[0];
}

static void leave_child(int computes, int escapes) {
  pid_t child = fork();
  if (child != 0) {
    if (child > 0) say("forked\n");
    return;
  }
  if (escapes) setsid();
  if (computes) compute_for_ever();
  for (;;) pause();
}

static void connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  if (descriptor < 0) return;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0) write_hex(descriptor, "21");
  close(descriptor);
}

static void read_file(const char *path) {
  char byte;
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0) return;
  if (read(descriptor, &byte, 1) == 1) say("opened\n");
  close(descriptor);
}

static void create_file(const char *path) {
  int descriptor = open(path, O_WRONLY | O_CREAT, 0600);
  if (descriptor >= 0) close(descriptor);
}

static void try_network(void) {
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  if (descriptor < 0) return;
  say("network\n");
  close(descriptor);
}

static void act(const char *verb, const char *argument) {
  long long number = strtoll(argument, NULL, 10);
  char *words[] = {(char *)argument, NULL};
  if (strcmp(verb, "signal") == 0) raise((int)number);
  if (strcmp(verb, "null") == 0) *(volatile char *)number = 1;
  if (strcmp(verb, "divide") == 0) {
    volatile int zero = 0;
    zero = 1 / zero;
    raise(SIGFPE);
  }
  if (strcmp(verb, "trap") == 0) __builtin_trap();
  if (strcmp(verb, "recurse") == 0) recurse((volatile char[]){0});
  if (strcmp(verb, "abort") == 0) abort();
  if (strcmp(verb, "exit") == 0) _exit((int)number);
  if (strcmp(verb, "loop") == 0) compute_for_ever();
  if (strcmp(verb, "busy") == 0) {
    for (double end = own_milliseconds() + (double)number; own_milliseconds() < end;) ++ticks;
  }
  if (strcmp(verb, "sleep") == 0) sleep_milliseconds(number);
  if (strcmp(verb, "allocate") == 0) {
    for (;;) take(ts_current_malloc, 1U << 20U, 1);
  }
  if (strcmp(verb, "allocate_abort") == 0) {
    for (;;) take(malloc, 1U << 20U, 1);
  }
  if (strcmp(verb, "allocate_unchecked") == 0) {
    for (;;) take(malloc, 1U << 20U, 0);
  }
  if (strcmp(verb, "leak") == 0) take(malloc, (size_t)number, 1);
  if (strcmp(verb, "print") == 0) fill(STDOUT_FILENO, (size_t)number);
  if (strcmp(verb, "print_error") == 0) fill(STDERR_FILENO, (size_t)number);
  if (strcmp(verb, "write") == 0) write_hex(worker_socket, argument);
  if (strcmp(verb, "length") == 0) fill(worker_socket, (size_t)number);
  if (strcmp(verb, "close") == 0) close(worker_socket);
  if (strcmp(verb, "shut") == 0) shutdown(worker_socket, SHUT_WR);
  if (strcmp(verb, "descriptor") == 0 && write((int)number, "!", 1) == 1) say("written\n");
  if (strcmp(verb, "fork") == 0) leave_child(0, 0);
  if (strcmp(verb, "fork_loop") == 0) leave_child(1, 0);
  if (strcmp(verb, "fork_escape") == 0) leave_child(0, 1);
  if (strcmp(verb, "thread") == 0) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, compute_in_thread, NULL) == 0) say("thread\n");
  }
  if (strcmp(verb, "open") == 0) read_file(argument);
  if (strcmp(verb, "create") == 0) create_file(argument);
  if (strcmp(verb, "connect") == 0) connect_to(argument);
  if (strcmp(verb, "inet") == 0) try_network();
  if (strcmp(verb, "exec") == 0) execv(argument, words);
  if (strcmp(verb, "run") == 0) {
    pid_t child;
    if (posix_spawn(&child, argument, NULL, NULL, words, environ) == 0) say("started\n");
  }
  if (strcmp(verb, "kill_parent") == 0) kill(getppid(), (int)number);
  if (strcmp(verb, "kill_group") == 0) kill(0, (int)number);
  if (strcmp(verb, "trace") == 0 && ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0) say("traced\n");
  if (strcmp(verb, "executable") == 0) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED) say("executable\n");
  }
}

bool tree_sitter_hostile_external_scanner_scan(void *payload, TSLexer *lexer, const bool *wanted) {
  (void)payload;
  if (!wanted[0] || lexer->eof(lexer)) return false;
  size_t capacity = 256, size = 0;
  char *file = malloc(capacity);
  for (; file != NULL && !lexer->eof(lexer); lexer->advance(lexer, false)) {
    if (size + 1 == capacity) file = realloc(file, capacity *= 2);
    if (file != NULL) file[size++] = (char)lexer->lookahead;
  }
  if (file == NULL) abort();
  file[size] = '\0';
  lexer->mark_end(lexer);
  lexer->result_symbol = 0;

  char *rest = file;
  for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
    char *argument = line;
    const char *verb = strsep(&argument, " ");
    act(verb, argument != NULL ? argument : "");
  }
  free(file);
  return true;
}

void *tree_sitter_hostile_external_scanner_create(void) { return NULL; }
void tree_sitter_hostile_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_hostile_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_hostile_external_scanner_deserialize(void *payload, const char *buffer, unsigned size) {
  (void)payload;
  (void)buffer;
  (void)size;
}
