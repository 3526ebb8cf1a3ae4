/// \file
/// Overwrites every piece of heap memory before it is given back, whoever used it: our own
/// strings, Pango's layouts, libcurl's buffers, JSON of an answer. So ending a session (which
/// destroys every value of it) leaves nothing of the patient in memory (F05, F44). The program's
/// own malloc family interposes glibc's for all its libraries; allocation itself stays glibc's.
/// Left out under sanitizers, which bring a malloc of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <malloc.h>

#include <cstddef>
#include <cstring>

extern "C" {

void __libc_free(void* memory);         // NOLINT(bugprone-reserved-identifier)
void* __libc_malloc(std::size_t size);  // NOLINT(bugprone-reserved-identifier)

void free(void* memory) {
  if (memory == nullptr) return;
  explicit_bzero(memory, malloc_usable_size(memory));
  __libc_free(memory);
}

void* realloc(void* memory, std::size_t size) {
  if (memory == nullptr) return __libc_malloc(size);
  if (size == 0) {
    free(memory);
    return nullptr;
  }
  const std::size_t had = malloc_usable_size(memory);
  if (size <= had && size >= had / 2) return memory;
  void* moved = __libc_malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, had < size ? had : size);
  free(memory);
  return moved;
}

}  // extern "C"

#endif
