// The layout table of a struct: one line beside the struct, read by everyone else.
//
//   HFT_LAYOUT(hft::wire::itch50::OrderDelete, 19, message_type, stock_locate, ...);
//
// proves at compile time that the named fields, in order, fill exactly the stated bytes, and gives
// Layout<T>::fields to the numpy dtype, the Arrow schema, the ring's layout hash and the tests.
// A field left out, out of order, or padded does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "hft/base/endian.hpp"

namespace hft {

enum class FieldKind : char {
  big = '>',
  little = '<',
  native_unsigned = 'u',
  native_signed = 'i',
  text = 'S',
};

struct Field {
  std::string_view name;
  std::size_t offset;
  std::size_t size;
  FieldKind kind;
};

namespace detail {

template <class T>
struct KindOf {
  static_assert(std::is_integral_v<T> || std::is_enum_v<T>, "a field is an integer or text");
  using Int = typename std::conditional_t<std::is_enum_v<T>, std::underlying_type<T>,
                                          std::type_identity<T>>::type;
  static constexpr FieldKind value =
      std::is_signed_v<Int> ? FieldKind::native_signed : FieldKind::native_unsigned;
};
template <>
struct KindOf<char> {
  static constexpr FieldKind value = FieldKind::text;
};
template <std::size_t n>
struct KindOf<std::array<char, n>> {
  static constexpr FieldKind value = FieldKind::text;
};
template <class T, ByteOrder order, std::size_t width>
struct KindOf<WireInt<T, order, width>> {
  static constexpr FieldKind value = order == ByteOrder::big ? FieldKind::big : FieldKind::little;
};

template <std::size_t n>
consteval bool fills(const std::array<Field, n>& fields, std::size_t size) {
  std::size_t end = 0;
  for (const Field& field : fields) {
    if (field.offset != end) return false;  // padding, or a field left out or out of order
    end += field.size;
  }
  return end == size;
}

constexpr std::uint64_t fnv1a(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace detail

template <class T>
struct Layout;  // specialised by HFT_LAYOUT

/// 64 bits that change with any field's name, order, size or kind: what a ring's reader compares.
template <class T>
consteval std::uint64_t layout_hash() {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const Field& field : Layout<T>::fields) {
    const char numbers[] = {static_cast<char>(field.kind), static_cast<char>(field.size),
                            static_cast<char>(field.offset)};
    hash = detail::fnv1a(detail::fnv1a(hash, field.name), std::string_view(numbers, 3));
  }
  return hash;
}

}  // namespace hft

// The only preprocessor loop of the code base (C++26 reflection will retire it).
#define HFT_PARENS ()
// Each level rescans four times: enough for 85 fields.
#define HFT_EXPAND(...) HFT_EXPAND_3(HFT_EXPAND_3(HFT_EXPAND_3(HFT_EXPAND_3(__VA_ARGS__))))
#define HFT_EXPAND_3(...) HFT_EXPAND_2(HFT_EXPAND_2(HFT_EXPAND_2(HFT_EXPAND_2(__VA_ARGS__))))
#define HFT_EXPAND_2(...) HFT_EXPAND_1(HFT_EXPAND_1(HFT_EXPAND_1(HFT_EXPAND_1(__VA_ARGS__))))
#define HFT_EXPAND_1(...) __VA_ARGS__
// clang-format off
#define HFT_FIELDS(T, name, ...)                                                      \
  ::hft::Field{#name, offsetof(T, name), sizeof(T::name),                             \
               ::hft::detail::KindOf<decltype(T::name)>::value}                       \
  __VA_OPT__(, HFT_FIELDS_AGAIN HFT_PARENS(T, __VA_ARGS__))
#define HFT_FIELDS_AGAIN() HFT_FIELDS
// clang-format on
#define HFT_LAYOUT(T, bytes, ...)                                                 \
  template <>                                                                     \
  struct hft::Layout<T> {                                                         \
    static constexpr std::array fields{HFT_EXPAND(HFT_FIELDS(T, __VA_ARGS__))};   \
  };                                                                              \
  static_assert(sizeof(T) == (bytes), #T " must be " #bytes " bytes long");       \
  static_assert(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>); \
  static_assert(::hft::detail::fills(::hft::Layout<T>::fields, sizeof(T)),        \
                #T ": the named fields must fill the struct, in order")
