// The appendage of OUCH 5.0: options behind a message's fields, read and written.
//
// On the wire: Be16 length of it all, then elements {length (1), tag (1), value}, where the length
// counts the tag and the value. Both sides of an order session use this: it knows bytes only.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "hft/wire/ouch50.hpp"

namespace hft::wire::ouch50 {

/// What an element is about. Numbers that are missing were taken back by the specification.
enum class OptionTag : std::uint8_t {
  secondary_order_reference_number = 1,
  firm = 2,
  minimum_shares = 3,
  customer_type = 4,  // R retail, N not, space: the port's own
  max_floor = 5,      // shares of a reserve order that are shown
  price_type = 6,     // L limit, P Q R m M pegs
  peg_offset = 7,     // signed
  discretion_price = 9,
  discretion_price_type = 10,
  discretion_peg_offset = 11,  // signed
  post_only = 12,              // P post only, N not
  random_reserves = 13,        // shares
  route = 14,
  expire_time = 15,       // seconds since midnight
  trade_now = 16,         // Y or N, space: the port's own
  handle_inst = 17,       // a letter; space: none
  weight_indicator = 18,  // outbound: how much the order adds at the touch
  display_shares = 22,    // outbound, restated
  display_price = 23,     // outbound, restated
  group_id = 24,
  shares_located = 25,  // Y or N: of a short sale
  locate_broker = 26,
  side = 27,  // outbound: replaced with another side letter
  user_ref_index = 28,
  aiq_strategy = 29,
  aiq_group_id = 30,
};

/// Bytes of an option's value; 0 of a tag that is not known.
constexpr std::size_t option_size(OptionTag tag) noexcept {
  switch (tag) {
    case OptionTag::secondary_order_reference_number:
    case OptionTag::discretion_price:
    case OptionTag::display_price: return 8;
    case OptionTag::firm:
    case OptionTag::minimum_shares:
    case OptionTag::max_floor:
    case OptionTag::peg_offset:
    case OptionTag::discretion_peg_offset:
    case OptionTag::random_reserves:
    case OptionTag::route:
    case OptionTag::expire_time:
    case OptionTag::display_shares:
    case OptionTag::locate_broker: return 4;
    case OptionTag::group_id:
    case OptionTag::aiq_group_id: return 2;
    case OptionTag::customer_type:
    case OptionTag::price_type:
    case OptionTag::discretion_price_type:
    case OptionTag::post_only:
    case OptionTag::trade_now:
    case OptionTag::handle_inst:
    case OptionTag::weight_indicator:
    case OptionTag::shares_located:
    case OptionTag::side:
    case OptionTag::user_ref_index:
    case OptionTag::aiq_strategy: return 1;
  }
  return 0;
}

struct Option {
  OptionTag tag;  // perhaps one that this enum does not name
  std::span<const std::byte> value;

  /// The value as an unsigned big-endian number (of 8 bytes at most).
  constexpr std::uint64_t number() const noexcept {
    std::uint64_t number = 0;
    for (const std::byte byte : value) number = number << 8 | std::to_integer<std::uint64_t>(byte);
    return number;
  }
};

/// Walks the elements of an appendage. An option whose tag is not known is handed out too: later
/// revisions add some, and whoever reads skips what it does not know.
class AppendageReader {
 public:
  explicit constexpr AppendageReader(std::span<const std::byte> appendage) noexcept
      : rest_(appendage) {}

  /// False at the end, and at an element that reaches beyond it, has no tag, or has a known tag and
  /// a value of another size: then bad() holds.
  constexpr bool next(Option& option) noexcept {
    if (rest_.empty() || bad_) return false;
    const auto length = std::to_integer<std::size_t>(rest_[0]);
    bad_ = length == 0 || length >= rest_.size();
    if (bad_) return false;
    option.tag = static_cast<OptionTag>(rest_[1]);
    option.value = rest_.subspan(2, length - 1);
    rest_ = rest_.subspan(1 + length);
    const std::size_t size = option_size(option.tag);
    bad_ = size != 0 && size != option.value.size();
    return !bad_;
  }

  constexpr bool bad() const noexcept { return bad_; }

 private:
  std::span<const std::byte> rest_;
  bool bad_ = false;
};

/// Appends elements to `room`, which must hold them all: see `size` and option_size.
class AppendageWriter {
 public:
  explicit constexpr AppendageWriter(std::byte* room) noexcept : room_(room) {}

  /// A number, big-endian, or a letter.
  template <OptionTag tag>
  constexpr void number(std::uint64_t value) noexcept {
    begin<tag>();
    for (std::size_t i = option_size(tag); i > 0; --i) {
      room_[size_++] = static_cast<std::byte>(value >> (8 * (i - 1)));
    }
  }

  template <OptionTag tag, std::size_t width>
  constexpr void text(const Alpha<width>& value) noexcept {
    static_assert(width == option_size(tag));
    begin<tag>();
    for (const char c : value) room_[size_++] = static_cast<std::byte>(c);
  }

  /// Bytes written so far.
  constexpr std::size_t size() const noexcept { return size_; }

 private:
  template <OptionTag tag>
  constexpr void begin() noexcept {
    static_assert(option_size(tag) > 0, "an option of a known tag");
    room_[size_++] = static_cast<std::byte>(1 + option_size(tag));
    room_[size_++] = static_cast<std::byte>(tag);
  }

  std::byte* room_;
  std::size_t size_ = 0;
};

/// Finds the appendage behind a message's fields. False where the message's size does not agree: it
/// is shorter than its fields, or what is behind them is not just the appendage that is announced.
template <class Message>
bool find_appendage(std::span<const std::byte> message,
                    std::span<const std::byte>& appendage) noexcept {
  appendage = {};
  std::size_t fields = sizeof(Message);
  if constexpr (std::is_same_v<Message, outbound::SystemEvent>) return message.size() == fields;
  if constexpr (has_appendage_length<Message>) {
    fields -= sizeof(Be16);
  } else if (message.size() == fields) {
    return true;
  }
  if (message.size() < fields + sizeof(Be16)) return false;
  Be16 length;
  std::memcpy(&length, message.data() + fields, sizeof length);
  appendage = message.subspan(fields + sizeof length);
  return appendage.size() == length;
}

}  // namespace hft::wire::ouch50
