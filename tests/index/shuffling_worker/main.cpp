#include "index/shuffling_handler.hpp"

int main() {
  return froe::execute::serve(froe::execute::worker_descriptor, froe::test::shuffling_handler());
}
