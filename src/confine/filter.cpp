// The filter of system calls. Its two lists are the policy; docs/sandbox.md gives the reasons.
#include "confine/sandbox.hpp"

#ifdef __linux__

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <memory>

namespace froe::confine {
namespace {

// What a worker, the C library, a C++ exception, an assertion and a dying process need.
constexpr const char* allowed[] = {
    // The conversation, what is printed, and the watch over the conversation.
    "read", "write", "writev", "sendto", "recvfrom", "shutdown", "close", "fstat", "poll", "ppoll",
    // Memory; mmap and mprotect have conditions.
    "brk", "munmap", "mremap", "madvise",
    // Threads that exist.
    "futex", "sched_yield", "sched_getaffinity", "set_robust_list", "get_robust_list", "rseq", "membarrier",
    "gettid", "getpid", "getppid",
    // Clocks and timers.
    "clock_gettime", "clock_getres", "gettimeofday", "time", "nanosleep", "clock_nanosleep", "setitimer",
    "getitimer", "getrusage", "times", "pause",
    // Signals of its own, and ends.
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "exit", "exit_group",
    // Facts that the C library asks for: seeds, and the size of memory for sorting.
    "getrandom", "sysinfo", "getcpu"};

// No worker does any of these by accident: the process is ended, so that the attempt is seen.
constexpr const char* deadly[] = {
    // Files.
    "open", "openat", "openat2", "creat", "open_by_handle_at", "name_to_handle_at", "open_tree", "truncate",
    "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat",
    "symlink", "symlinkat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown",
    "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    "utime", "utimes", "utimensat", "futimesat", "chroot", "pivot_root", "mount", "umount2", "move_mount",
    "fsopen", "fspick", "fsconfig", "fsmount", "mount_setattr", "quotactl", "quotactl_fd", "swapon",
    "swapoff", "fanotify_init", "inotify_init", "inotify_init1",
    // Network, and ways to get descriptors from others.
    "socket", "socketpair", "socketcall", "connect", "bind", "listen", "accept", "accept4", "pidfd_getfd",
    // Processes and programs.
    "fork", "vfork", "clone", "clone3", "execve", "execveat", "ptrace", "process_vm_readv",
    "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_open", "pidfd_send_signal",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "unshare", "setns", "setpgid", "setsid",
    // Memory of others, executable memory, memory that outlives the process.
    "pkey_mprotect", "memfd_create", "memfd_secret", "userfaultfd", "shmget", "shmat", "shmctl", "semget",
    "semctl", "semop", "msgget", "msgctl", "msgsnd", "msgrcv", "mq_open", "mq_unlink",
    // Ways around the filter, and large surfaces of the kernel.
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "keyctl", "add_key",
    "request_key", "personality", "modify_ldt", "iopl", "ioperm", "syslog", "lookup_dcookie",
    // Rights and the machine.
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups",
    "capset", "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "acct",
    "vhangup"};

// prctl has harmless uses; these undo what the process was put under.
constexpr int deadly_prctl[] = {PR_SET_DUMPABLE, PR_SET_PDEATHSIG,      PR_SET_PTRACER,  PR_SET_MM,
                                PR_SET_SECCOMP,  PR_SET_NO_NEW_PRIVS,   PR_SET_KEEPCAPS, PR_SET_SECUREBITS,
                                PR_CAP_AMBIENT,  PR_SET_CHILD_SUBREAPER};

class Filter {
 public:
  // Whatever no rule names fails as on a kernel that does not have it: a C library to come may try new calls
  // and has a way without them.
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), seccomp_release) {
    if (!context_) error_ = -ENOMEM;
    // Calls of another architecture, or in another numbering, are not those that the rules are about.
    set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    set(SCMP_FLTATR_CTL_TSYNC, 1);  // all threads: the watch over the conversation runs already
  }

  void allow(const char* name, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    add(SCMP_ACT_ALLOW, name, conditions);
  }
  void kill(const char* name, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    add(SCMP_ACT_KILL_PROCESS, name, conditions);
  }

  // 0, or a negative error number: the first of any step.
  [[nodiscard]] int load() {
    if (error_ == 0) error_ = seccomp_load(context_.get());
    return error_;
  }

 private:
  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0) error_ = seccomp_attr_set(context_.get(), attribute, value);
  }
  void add(std::uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> conditions) {
    // Below 0: a call that this architecture or this library does not know. Not allowed either way.
    int number = seccomp_syscall_resolve_name(name);
    if (error_ != 0 || number < 0) return;
    error_ = seccomp_rule_add_array(context_.get(), action, number, static_cast<unsigned>(conditions.size()),
                                    conditions.begin());
  }

  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  int error_ = 0;
};

// Conditions on one argument, counted from 0.
scmp_arg_cmp is(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp is_not(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_NE, value, 0};
}
scmp_arg_cmp has(unsigned argument, std::uint64_t bit) {
  return {argument, SCMP_CMP_MASKED_EQ, bit, bit};
}
scmp_arg_cmp has_not(unsigned argument, std::uint64_t bit) {
  return {argument, SCMP_CMP_MASKED_EQ, bit, 0};
}

void add_conditional_rules(Filter& filter) {
  // Memory, but none that can be executed.
  for (const char* name : {"mmap", "mprotect"}) {
    filter.allow(name, {has_not(2, PROT_EXEC)});
    filter.kill(name, {has(2, PROT_EXEC)});
  }
  // A signal to itself, which is how abort() ends. To the process by number: that of its main thread too.
  auto self = static_cast<std::uint64_t>(::getpid());
  for (const char* name : {"kill", "tkill", "tgkill"}) {
    filter.allow(name, {is(0, self)});
    filter.kill(name, {is_not(0, self)});
  }
  // Its own limits may be read; of those that may be set there is one, which each task's clock needs.
  filter.allow("prlimit64", {is(0, 0), is(2, 0)});
  filter.allow("prlimit64", {is(0, 0), is(1, RLIMIT_CPU), is_not(2, 0)});
  filter.kill("prlimit64", {is_not(1, RLIMIT_CPU), is_not(2, 0)});
  filter.kill("prlimit64", {is_not(0, 0)});
  filter.allow("getrlimit");
  filter.allow("setrlimit", {is(0, RLIMIT_CPU)});
  filter.kill("setrlimit", {is_not(0, RLIMIT_CPU)});
  for (int option : deadly_prctl) filter.kill("prctl", {is(0, static_cast<std::uint64_t>(option))});
}

}  // namespace

Status filter_system_calls() {
  Filter filter;
  for (const char* name : allowed) filter.allow(name);
  for (const char* name : deadly) filter.kill(name);
  add_conditional_rules(filter);
  if (int error = filter.load(); error != 0) {
    return tl::make_unexpected(
        system_error("the filter of system calls cannot be put on the process", -error));
  }
  return {};
}

}  // namespace froe::confine

#else

namespace froe::confine {

Status filter_system_calls() {
  return failure(ErrorKind::io, "the filter of system calls (seccomp) is a part of Linux");
}

}  // namespace froe::confine

#endif
