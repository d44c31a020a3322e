#include "server/session.hpp"

#include <sys/eventfd.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace froe::server {
namespace {

// What may wait unanswered: an editor that outruns the server is held up at its pipe.
constexpr std::size_t most_queued = 2 * longest_message;

UniqueFd make_event() {
  UniqueFd event(::eventfd(0, EFD_CLOEXEC));
  if (!event) throw std::system_error(errno, std::generic_category(), "cannot make an eventfd");
  return event;
}

std::string serialized(const json::value& value) {
  return json::serialize(value);
}

}  // namespace

RequestError as_request_error(const Error& error) {
  switch (error.kind) {
    case ErrorKind::invalid_argument: return {invalid_params, error.message};
    case ErrorKind::interrupted: return {request_cancelled, "cancelled"};
    case ErrorKind::internal: return {internal_error, error.message};
    default: return {request_failed, error.message};
  }
}

Session::Session(int input, int output, Protocol protocol)
    : protocol_(std::move(protocol)),
      stop_(make_event()),
      reader_(input, stop_.get(), protocol_.framing),
      writer_(output, input, protocol_.framing),
      thread_([this] { read(); }) {}

Session::~Session() {
  {
    const std::lock_guard lock(mutex_);
    queue_.clear();
    queued_bytes_ = 0;
    ended_ = true;
  }
  changed_.notify_all();
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void Session::read() {
  for (;;) {
    auto text = reader_.next();
    if (!text) {
      send_error(std::nullopt, {parse_error, text.error().message});
      if (text.error().kind == ErrorKind::invalid_argument) continue;
      broken_ = true;
      break;
    }
    if (!*text || writer_.closed()) break;
    take(**text);
  }
  writer_.input_ended();
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void Session::take(const std::string& text) {
  auto parsed = parse_json(text);
  if (!parsed) return send_error(std::nullopt, {parse_error, parsed.error().message});
  auto* several = parsed->if_array();
  if (several == nullptr || !protocol_.takes_batches) return take(std::move(*parsed), text.size(), nullptr);
  // Who has more to ask asks again.
  constexpr std::size_t longest_batch = 1000;
  if (several->empty() || several->size() > longest_batch) {
    return send_error(std::nullopt, {invalid_request, "a batch has from one to " +
                                                          std::to_string(longest_batch) + " messages"});
  }
  auto batch = std::make_shared<Batch>();
  batch->open = several->size();
  for (auto& each : *several) take(std::move(each), text.size() / several->size(), batch);
}

void Session::take(json::value value, std::size_t size, const std::shared_ptr<Batch>& batch) {
  auto* object = value.if_object();
  if (object == nullptr)
    return send_error(std::nullopt, {invalid_request, "a message must be an object"}, batch);
  Message message;
  message.batch = batch;
  const auto* id = object->if_contains("id");
  const auto* method = object->if_contains("method");
  if (id != nullptr && (id->is_string() || id->is_number())) message.id = serialized(*id);
  if (method == nullptr) {
    // A response to what was asked of the client: nothing depends on it.
    if (id != nullptr && (object->contains("result") || object->contains("error"))) return settle(batch, {});
    return send_error(message.id, {invalid_request, "a message has no method"}, batch);
  }
  if (!method->is_string() || text_of(object->if_contains("jsonrpc")) != "2.0" ||
      (id != nullptr && !message.id))
    return send_error(message.id, {invalid_request, "a message is not JSON-RPC 2.0"}, batch);
  message.method = *text_of(method);
  // Emacs's eglot says null where there are none.
  if (auto* params = object->if_contains("params"); params != nullptr && !params->is_null()) {
    if (!params->is_structured())
      return send_error(message.id, {invalid_request, "params must be an object or an array"}, batch);
    message.params = std::move(*params);
  }
  if (message.method == protocol_.cancel_method) {
    cancel(message.params);
    return settle(batch, {});
  }
  if (!message.id) settle(batch, {});
  push(std::move(message), size);
}

void Session::cancel(const json::value& params) {
  const auto* id = member(params, protocol_.cancel_member);
  if (id == nullptr) return;
  const std::lock_guard lock(mutex_);
  auto found = open_.find(serialized(*id));
  if (found != open_.end()) *found->second = true;
}

void Session::push(Message message, std::size_t size) {
  std::unique_lock lock(mutex_);
  if (message.id) {
    auto cancelled = std::make_shared<std::atomic<bool>>(false);
    message.cancelled = cancelled;
    if (!open_.try_emplace(*message.id, cancelled).second) {
      lock.unlock();
      return send_error(message.id, {invalid_request, "a request with this id has no answer yet"},
                        message.batch);
    }
  }
  changed_.wait(lock, [&] { return ended_ || queue_.empty() || queued_bytes_ + size <= most_queued; });
  if (ended_) return;
  queued_bytes_ += size;
  queue_.push_back({std::move(message), size});
  changed_.notify_all();
}

std::optional<Message> Session::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || !queue_.empty(); });
  if (queue_.empty() || writer_.closed()) return std::nullopt;
  auto queued = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= queued.size;
  changed_.notify_all();
  return std::move(queued.message);
}

bool Session::has_next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return ended_ || !queue_.empty(); });
}

void Session::handle(const Message& message, const std::function<std::string(const Message&)>& answer) {
  std::optional<RequestError> error;
  std::string result;
  try {
    if (*message.cancelled) throw RequestError(request_cancelled, "cancelled");
    result = answer(message);
  } catch (const RequestError& wrong) {
    error = wrong;
  } catch (const std::exception& bug) {
    error = RequestError(internal_error, bug.what());
  }
  if (!message.id) return;
  bool was_cancelled = *message.cancelled;
  {
    const std::lock_guard lock(mutex_);
    open_.erase(*message.id);
  }
  if (was_cancelled && !protocol_.answers_cancelled) return settle(message.batch, {});
  if (was_cancelled && error) error = RequestError(request_cancelled, "cancelled");
  if (error) return send_error(message.id, *error, message.batch);
  settle(message.batch, "{\"jsonrpc\":\"2.0\",\"id\":" + *message.id + ",\"result\":" + result + '}');
}

void Session::notify(std::string_view method, std::string_view params) {
  std::string text = "{\"jsonrpc\":\"2.0\",\"method\":";
  append_json(text, method);
  writer_.write(text.append(",\"params\":").append(params) + '}');
}

void Session::request(std::string_view method, std::string_view params) {
  std::string text = "{\"jsonrpc\":\"2.0\",\"id\":\"froe-" + std::to_string(++requests_) + "\",\"method\":";
  append_json(text, method);
  writer_.write(text.append(",\"params\":").append(params) + '}');
}

void Session::settle(const std::shared_ptr<Batch>& batch, const std::string& answer) {
  if (!batch) return answer.empty() ? void() : writer_.write(answer);
  std::string all;
  {
    const std::lock_guard lock(mutex_);
    if (!answer.empty()) batch->answers += (batch->answers.empty() ? '[' : ',') + answer;
    if (--batch->open == 0 && !batch->answers.empty()) all = std::move(batch->answers) + ']';
  }
  if (!all.empty()) writer_.write(all);
}

void Session::send_error(const std::optional<std::string>& id, const RequestError& error,
                         const std::shared_ptr<Batch>& batch) {
  std::string text = "{\"jsonrpc\":\"2.0\",\"id\":" + id.value_or("null") + ",\"error\":";
  {
    JsonObject object(text);
    append_json(object.key("code"), error.code);
    append_text(object.key("message"), error.message);
    if (!error.data.empty()) object.key("data") += error.data;
  }
  settle(batch, text + '}');
}

}  // namespace froe::server
