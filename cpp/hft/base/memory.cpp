#include "hft/base/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "hft/base/error.hpp"

namespace hft {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;  // x86-64

}  // namespace

MappedMemory::MappedMemory(std::size_t bytes, const char* purpose)
    : size_((bytes + huge_page - 1) / huge_page * huge_page) {
  data_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
               -1, 0);
  if (data_ == MAP_FAILED) {
    data_ = nullptr;
    throw Error(
        std::string("memory for ") + purpose,
        "cannot map " + std::to_string(size_) + " bytes: " + std::strerror(errno),
        "lower max_orders or max_instruments, or raise the address space limit (ulimit -v)");
  }
  madvise(data_, size_, MADV_HUGEPAGE);  // advice: without huge pages all is slower, not wrong
}

MappedMemory::~MappedMemory() {
  if (data_ != nullptr) munmap(data_, size_);
}

void MappedMemory::prefault(std::size_t bytes) noexcept {
  auto* pages = static_cast<volatile unsigned char*>(data_);
  for (std::size_t at = 0; at < std::min(bytes, size_); at += 4096) pages[at] = pages[at];
}

void MappedMemory::zero() noexcept {
  if (data_ != nullptr) madvise(data_, size_, MADV_DONTNEED);
}

}  // namespace hft
