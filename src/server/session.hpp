// One JSON-RPC 2.0 conversation: reads messages on a thread of its own, so that a request can be cancelled
// while another is answered, and hands them over one after the other. Knows nothing of methods but which one
// cancels.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "server/framing.hpp"
#include "server/json_value.hpp"

namespace froe::server {

// JSON-RPC's codes, and those of LSP and MCP beside them.
enum ErrorCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  server_not_initialized = -32002,
  unsupported_version = -32022,
  content_modified = -32801,
  request_cancelled = -32800,
  request_failed = -32803,
};

// Ends the handling of a request with an error.
struct RequestError : std::exception {
  RequestError(int error_code, std::string text, std::string error_data = {})
      : code(error_code), message(std::move(text)), data(std::move(error_data)) {}
  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }
  int code;
  std::string message;
  std::string data;  // JSON; empty: none
};
// The code for a failure of ours.
[[nodiscard]] RequestError as_request_error(const Error& error);
// What a result holds, or its error thrown.
template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw as_request_error(result.error());
  return std::move(*result);
}

// Requests that came together, and are answered together.
struct Batch {
  std::size_t open = 0;  // messages that are not settled yet
  std::string answers;
};

// A request, or a notification (which has no id). Belongs to the thread that answers.
struct Message {
  std::optional<std::string> id;  // as JSON; a string or a number
  std::string method;
  json::value params;
  std::shared_ptr<Batch> batch;  // nullptr: it came alone
  std::shared_ptr<const std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
};

class Session {
 public:
  struct Protocol {
    Framing framing = Framing::lines;
    std::string cancel_method;       // a notification
    std::string cancel_member;       // of its params: the id of what is cancelled
    bool answers_cancelled = false;  // whether what was cancelled gets an error
    bool takes_batches = false;      // several messages in an array
  };
  Session(int input, int output, Protocol protocol);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // The next message; nothing at the end: of the input, or of what can be read of it.
  [[nodiscard]] std::optional<Message> next();
  // Whether `next` would return at once, now or within this time.
  [[nodiscard]] bool has_next(std::chrono::milliseconds patience);
  // Whether the end came because the stream could not be followed.
  [[nodiscard]] bool broken() const { return broken_; }

  // Runs `answer`, which returns the result as JSON, and sends what it says. Exceptions become errors.
  void handle(const Message& message, const std::function<std::string(const Message&)>& answer);
  // Any thread.
  void notify(std::string_view method, std::string_view params);
  // A request of ours; its response is not waited for, only passed over.
  void request(std::string_view method, std::string_view params);

 private:
  void read();
  // Takes a message apart; says what is wrong with it itself.
  void take(const std::string& text);
  void take(json::value value, std::size_t size, const std::shared_ptr<Batch>& batch);
  void cancel(const json::value& params);
  void push(Message message, std::size_t size);
  void send_error(const std::optional<std::string>& id, const RequestError& error,
                  const std::shared_ptr<Batch>& batch = nullptr);
  // Sends an answer, or keeps it until the others of its batch are there. Empty: there is none.
  void settle(const std::shared_ptr<Batch>& batch, const std::string& answer);

  Protocol protocol_;
  UniqueFd stop_;  // readable when the reading thread is to end
  MessageReader reader_;
  MessageWriter writer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  struct Queued {
    Message message;
    std::size_t size;
  };
  std::deque<Queued> queue_;
  std::size_t queued_bytes_ = 0;
  std::map<std::string, std::shared_ptr<std::atomic<bool>>> open_;  // requests that have no answer yet
  bool ended_ = false;
  std::atomic<bool> broken_ = false;
  std::atomic<std::uint64_t> requests_ = 0;
  std::thread thread_;
};

}  // namespace froe::server
