#pragma once

namespace yizhan::security {

/// Lets std::unique_ptr hold what a C library made: std::unique_ptr<X509, FreedBy<&X509_free>>.
template <auto Free>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace yizhan::security
