// Everything on the calling thread: what the other executors are compared with.
#include "execute/guard.hpp"
#include "froe/execute.hpp"

namespace froe::execute {
namespace {

class InlineExecutor : public Executor {
 public:
  explicit InlineExecutor(HandlerFactory factory) : factory_(std::move(factory)) {}

  Result<Usage> run(const Source& source, const Sink& sink, Observer* observer,
                    const std::atomic<bool>& stop) override {
    Usage usage;
    Status status = guarded([&] { return loop(source, sink, observer, stop, usage); });
    if (!status) return tl::make_unexpected(status.error());
    return usage;
  }

 private:
  Status loop(const Source& source, const Sink& sink, Observer* observer, const std::atomic<bool>& stop,
              Usage& usage) const {
    Desk desk{0, factory_(), {}};
    while (true) {
      if (stop) return stopped();
      std::optional<Job> job = source();
      if (!job) {
        usage.workers.push_back(desk.usage);
        return {};
      }
      FileResult result = job->answer ? std::move(*job->answer) : handle(desk, job->task, observer);
      if (auto ok = sink({std::move(job->task), std::move(result)}); !ok) return ok;
    }
  }

  HandlerFactory factory_;
};

}  // namespace

std::unique_ptr<Executor> make_inline(HandlerFactory factory) {
  return std::make_unique<InlineExecutor>(std::move(factory));
}

}  // namespace froe::execute
