// InstrumentSymbols: which symbol an order for an instrument names, and back.
//
// Order messages name the venue's text, records a number. Both tables are filled from the feed's
// directory and never grow. By instrument it is an array over the venue's locate codes, which are
// dense: the few thousand in use lie side by side, and an order's look-up rarely misses the cache.
// One table for each order session: two venues call the same share alike.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hft/record/instrument_event.hpp"

namespace hft::order {

struct InstrumentSymbol {
  Alpha<8> symbol;           // padded with spaces
  std::uint32_t instrument;  // record::instrument_all: an empty slot
  std::uint32_t round_lot_size;
};

/// What became of an instrument that was told.
enum class Added : std::uint8_t {
  added,
  known,  // the same was told before; its round lot is taken anew
  taken,  // the symbol has another instrument, or the instrument, or one of the same locate code in
          // another feed, has another symbol: nothing changed
  full,
  bad,  // instrument_all, or a blank symbol
};

class InstrumentSymbols {
 public:
  static constexpr std::uint32_t usual_round_lot = 100;  // shares

  /// Room for `capacity` instruments, allocated now and never again: 1 MiB and 64 bytes each.
  explicit InstrumentSymbols(std::size_t capacity = 16'384)
      : capacity_(capacity),
        mask_(std::bit_ceil(2 * capacity) - 1),
        by_instrument_(locate_codes, empty),
        by_symbol_(mask_ + 1, empty) {}

  /// A round lot of 0 is the usual one.
  Added add(std::uint32_t instrument, const Alpha<8>& symbol,
            std::uint32_t round_lot_size = usual_round_lot) noexcept {
    if (instrument == record::instrument_all || symbol[0] == ' ') return Added::bad;
    InstrumentSymbol& here = by_instrument_[place_of_instrument(instrument)];
    InstrumentSymbol& there = by_symbol_[place_of_symbol(symbol)];
    const bool new_here = here.instrument == record::instrument_all;
    const bool new_there = there.instrument == record::instrument_all;
    if (new_here != new_there) return Added::taken;
    if (!new_here && (here.instrument != instrument || there.instrument != instrument)) {
      return Added::taken;
    }
    if (new_here && size_ == capacity_) return Added::full;
    size_ += new_here ? 1 : 0;
    here = there = {symbol, instrument, round_lot_size == 0 ? usual_round_lot : round_lot_size};
    return new_here ? Added::added : Added::known;
  }

  /// As the venue's directory says it.
  Added add(const record::InstrumentEvent& event) noexcept {
    return add(event.instrument, event.symbol, event.round_lot_size);
  }

  /// Null where the instrument was never told.
  const InstrumentSymbol* find(std::uint32_t instrument) const noexcept {
    const InstrumentSymbol& found = by_instrument_[place_of_instrument(instrument)];
    return found.instrument != instrument || instrument == record::instrument_all ? nullptr
                                                                                  : &found;
  }

  /// instrument_all where the symbol was never told.
  std::uint32_t instrument_of(const Alpha<8>& symbol) const noexcept {
    return by_symbol_[place_of_symbol(symbol)].instrument;
  }

  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr InstrumentSymbol empty{{}, record::instrument_all, 0};

  static constexpr std::size_t locate_codes = 1 << 16;  // the low half of an instrument

  static std::size_t place_of_instrument(std::uint32_t instrument) noexcept {
    return instrument % locate_codes;
  }

  // At most half of the slots are in use, so a run of occupied ones is short and always ends.
  std::size_t place_of_symbol(const Alpha<8>& symbol) const noexcept {
    std::size_t at = hash(std::bit_cast<std::uint64_t>(symbol));
    while (by_symbol_[at].symbol != symbol && by_symbol_[at].instrument != record::instrument_all) {
      at = (at + 1) & mask_;
    }
    return at;
  }

  // Multiplication by 2^64 / golden ratio (Knuth, volume 3, 6.4): the high bits mix all of the key.
  std::size_t hash(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>(key * 0x9e37'79b9'7f4a'7c15 >> 32) & mask_;
  }

  std::size_t capacity_;
  std::size_t mask_;
  std::size_t size_ = 0;
  std::vector<InstrumentSymbol> by_instrument_;
  std::vector<InstrumentSymbol> by_symbol_;
};

}  // namespace hft::order
