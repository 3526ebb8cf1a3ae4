// Runs a fuzz target without libFuzzer: changed seeds, the same ones on every machine, for a
// bounded count of inputs and seconds. Input N depends on N alone, so `NAME N` runs a reported one
// again.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "base/clock.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace {

using yizhan::Bytes;

constexpr std::uint64_t kInputs = 200000;
constexpr std::chrono::seconds kLongest{3};
constexpr std::size_t kMaxInput = 4096;

std::atomic<std::uint64_t> current_input = 0;

/// Only calls that are safe in a signal handler.
void NameTheInput() {
  char text[64] = "crashed on input ";
  std::size_t length = 17;
  char digits[24];
  std::size_t count = 0;
  std::uint64_t number = current_input.load();
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) text[length++] = digits[--count];
  text[length++] = '\n';
  [[maybe_unused]] const auto told = ::write(STDERR_FILENO, text, length);
}

void OnSignal(int signal) {
  NameTheInput();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void Change(Bytes& input, std::mt19937_64& random, const std::vector<Bytes>& seeds) {
  const std::size_t at = input.empty() ? 0 : random() % input.size();
  const auto position = input.begin() + static_cast<std::ptrdiff_t>(at);
  const auto byte = static_cast<std::uint8_t>(random());
  static constexpr std::uint8_t kBorders[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
  switch (random() % 8) {
    case 0:
    case 1:
      if (!input.empty()) *position = static_cast<std::uint8_t>(*position ^ 1U << byte % 8);
      break;
    case 2:
      if (!input.empty()) *position = byte;
      break;
    case 3:
      if (!input.empty()) *position = kBorders[byte % 6];
      break;
    case 4: input.insert(position, byte); break;
    case 5:
      if (!input.empty()) input.erase(position);
      break;
    case 6: input.resize(at); break;
    case 7: {
      const Bytes& other = seeds[random() % seeds.size()];
      input.insert(position, other.begin(), other.end());
      break;
    }
  }
  input.resize(std::min(input.size(), kMaxInput));
}

Bytes Input(std::uint64_t number, const std::vector<Bytes>& seeds) {
  if (number < seeds.size()) return seeds[number];
  std::mt19937_64 random(number);
  Bytes input = seeds[random() % seeds.size()];
  for (std::uint64_t changes = 1 + random() % 6; changes > 0; --changes) {
    Change(input, random, seeds);
  }
  return input;
}

void Run(std::uint64_t number, const std::vector<Bytes>& seeds) {
  current_input = number;
  const Bytes input = Input(number, seeds);
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGABRT, OnSignal);
  ::signal(SIGSEGV, OnSignal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(NameTheInput);
  auto seeds = yizhan::fuzz::Seeds();
  seeds.emplace_back();
  if (argc == 2) {
    Run(std::strtoull(argv[1], nullptr, 10), seeds);
    return 0;
  }
  const auto end = yizhan::SystemClock().Monotonic() + kLongest;
  std::uint64_t number = 0;
  while (number < kInputs && yizhan::SystemClock().Monotonic() < end) Run(number++, seeds);
  std::printf("%llu inputs\n", static_cast<unsigned long long>(number));
  return 0;
}
