// Integers as they lie on the wire: byte arrays of alignment 1 that read as numbers.
//
// A struct made of these has no padding and may start at any address, so a message is decoded by
// looking at it: nothing is copied and no misaligned pointer is formed.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace hft {

enum class ByteOrder : std::uint8_t { big, little };

template <std::unsigned_integral T, ByteOrder order, std::size_t width = sizeof(T)>
struct WireInt {
  static_assert(width <= sizeof(T), "the value type must hold every wire byte");

  std::array<unsigned char, width> bytes;

  // Folds, not loops: g++ 12 and clang 14 turn a fold into one load and one byte swap at -O2, and
  // g++ 12 leaves a loop a loop.
  constexpr operator T() const noexcept {
    return [this]<std::size_t... i>(std::index_sequence<i...>) {
      return static_cast<T>(((T{bytes[at(i)]} << (8 * i)) | ...));
    }
    (std::make_index_sequence<width>{});
  }

  constexpr WireInt& operator=(T value) noexcept {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      ((bytes[at(i)] = static_cast<unsigned char>(value >> (8 * i))), ...);
    }
    (std::make_index_sequence<width>{});
    return *this;
  }

 private:
  static constexpr std::size_t at(std::size_t significance) {
    return order == ByteOrder::big ? width - 1 - significance : significance;
  }
};

using Be16 = WireInt<std::uint16_t, ByteOrder::big>;
using Be32 = WireInt<std::uint32_t, ByteOrder::big>;
using Be48 = WireInt<std::uint64_t, ByteOrder::big, 6>;
using Be64 = WireInt<std::uint64_t, ByteOrder::big>;
using Le16 = WireInt<std::uint16_t, ByteOrder::little>;
using Le32 = WireInt<std::uint32_t, ByteOrder::little>;
using Le64 = WireInt<std::uint64_t, ByteOrder::little>;

template <std::size_t n>
using Alpha = std::array<char, n>;  // left-justified ASCII, padded with spaces

}  // namespace hft
