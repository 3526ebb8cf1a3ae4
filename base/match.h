#pragma once

namespace yizhan {

/// One std::visit visitor made of lambdas: `std::visit(Match{[](A) {}, [](B) {}}, variant)`.
template <typename... F>
struct Match : F... {
  using F::operator()...;
};
template <typename... F>
Match(F...) -> Match<F...>;

}  // namespace yizhan
