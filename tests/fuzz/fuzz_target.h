/// \file
/// What every fuzzer defines: one function that eats bytes and must never crash, and some sound
/// inputs to begin with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace yizhan::fuzz {

/// Inputs that reach deep into the parser; the driver changes them. libFuzzer finds its own.
[[nodiscard]] std::vector<Bytes> Seeds();

}  // namespace yizhan::fuzz
