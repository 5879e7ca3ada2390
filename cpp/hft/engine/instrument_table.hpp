// The instruments of one feed: symbols by locate code, as the venue tells them.
//
// A capture that starts in mid-session has no directory. The symbol then comes from the first
// message that carries it: a status, or the raw add order, whose record has no room for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hft/base/endian.hpp"
#include "hft/record/record.hpp"

namespace hft::engine {

class InstrumentTable {
 public:
  static constexpr std::size_t capacity = 65'536;  // locate codes

  InstrumentTable() : symbols_(capacity) {}

  /// Whether the symbol was new or another than before.
  bool learn(std::uint32_t instrument, const Alpha<8>& symbol) noexcept {
    Alpha<8>& known = symbols_[instrument % capacity];
    if (known == symbol) return false;
    if (known == Alpha<8>{}) ++named_;
    known = symbol;
    return true;
  }

  /// Learns from an instrument or status record; others say nothing.
  bool learn_from(const record::Record& record) noexcept;

  /// Learns from the add orders among length-prefixed messages.
  bool learn_from_blocks(std::span<const std::byte> blocks) noexcept;

  /// Without the padding; empty where it is not known.
  std::string_view symbol(std::uint32_t instrument) const noexcept;
  std::optional<std::uint16_t> find(std::string_view symbol) const noexcept;
  std::size_t named() const noexcept { return named_; }

 private:
  std::vector<Alpha<8>> symbols_;
  std::size_t named_ = 0;
};

}  // namespace hft::engine
