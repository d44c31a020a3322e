#include "index/shuffling_handler.hpp"

int main() {
  return froe::execute::serve(froe::execute::worker_descriptor, [](const froe::execute::WorkerSpec&) {
    return froe::test::shuffling_handler()();
  });
}
