// The fast ITCH 5.0 decoder for processors with AVX-512: no branch on the message type.
//
// A record is a permutation of its message's bytes plus constants. So each type has a table entry:
// which byte goes where (one vpermb also turns big-endian round), which bits to keep, what to add.
// Types that are rare or ask for more (C says whether to print), and whatever is malformed, go to
// the slow decoder.
#define HFT_ISA avx512

#include "hft/feed/itch50/decoder.hpp"

#include <immintrin.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "hft/record/order_event.hpp"
#include "hft/record/trade_event.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 takes the undefined operand of its own unmasked intrinsics for a mistake of ours.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace hft::feed::itch50::avx512 {
namespace {

namespace itch = wire::itch50;
using record::OrderEvent;
using record::TradeEvent;

struct alignas(64) Entry {
  std::array<std::uint8_t, 64> from{};  // byte of the message for each byte of the record
  std::array<std::uint8_t, 64> keep{};  // bits of it; 0 where the record's byte has no source
  std::array<std::uint64_t, 8> add{};   // constants of the kind
  std::uint32_t length = 0x10000;       // that the type has; no block is so long: ask the slow one
  std::uint8_t records = 0;
  std::uint8_t side_at = 0;  // of the byte that must be B or S; 0 where there is none
};

class EntryBuilder {
 public:
  constexpr EntryBuilder(std::size_t length, std::uint8_t records) {
    entry_.length = static_cast<std::uint32_t>(length);
    entry_.records = records;
  }

  /// A big-endian number of `width` bytes at `from`, little-endian at `to`.
  constexpr EntryBuilder& number(std::size_t to, std::size_t from, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      byte(to + i, from + width - 1 - i, 0xff);
    }
    return *this;
  }
  constexpr EntryBuilder& text(std::size_t to, std::size_t from, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      byte(to + i, from + i, 0xff);
    }
    return *this;
  }
  constexpr EntryBuilder& constant(std::size_t to, std::uint64_t value) {
    entry_.add[to / 8] += value << (8 * (to % 8));
    return *this;
  }

  constexpr EntryBuilder& head(record::Kind kind, std::uint64_t action) {
    number(offsetof(OrderEvent, event_time_ns), offsetof(itch::AddOrder, timestamp), 6);
    number(offsetof(OrderEvent, instrument), offsetof(itch::AddOrder, stock_locate), 2);
    constant(offsetof(OrderEvent, kind), static_cast<std::uint64_t>(kind));
    return constant(offsetof(OrderEvent, action), action);
  }
  constexpr EntryBuilder& order(record::Action action) {
    return head(record::Kind::order, static_cast<std::uint64_t>(action));
  }
  constexpr EntryBuilder& trade(record::TradeAction action) {
    return head(record::Kind::trade, static_cast<std::uint64_t>(action));
  }
  constexpr EntryBuilder& last() {
    return constant(offsetof(OrderEvent, flags), record::flag_last);
  }
  constexpr EntryBuilder& no_price() {
    return constant(offsetof(OrderEvent, price_e9), std::uint64_t{record::price_null});
  }
  constexpr EntryBuilder& price(std::size_t from) {  // Price(4); the loop multiplies it
    return number(offsetof(OrderEvent, price_e9), from, 4);
  }
  /// Bit 0 of 'B' is 0 and of 'S' is 1; one more is Side::bid or Side::ask.
  constexpr EntryBuilder& side(std::size_t from) {
    entry_.side_at = static_cast<std::uint8_t>(from);
    byte(offsetof(OrderEvent, side), from, 1);
    return constant(offsetof(OrderEvent, side), 1);
  }
  constexpr Entry done() const { return entry_; }

 private:
  constexpr void byte(std::size_t to, std::size_t from, std::uint8_t bits) {
    entry_.from[to] = static_cast<std::uint8_t>(from);
    entry_.keep[to] = bits;
  }

  Entry entry_;
};

constexpr std::size_t order_id = offsetof(OrderEvent, order_id);
constexpr std::size_t size = offsetof(OrderEvent, size);
constexpr std::size_t reference = offsetof(OrderEvent, reference);
static_assert(offsetof(TradeEvent, match_number) == order_id);
static_assert(offsetof(TradeEvent, size) == size && offsetof(TradeEvent, size_high) == reference);
static_assert(offsetof(TradeEvent, price_e9) == offsetof(OrderEvent, price_e9));
static_assert(offsetof(TradeEvent, flags) == offsetof(OrderEvent, flags));

template <class Add>
constexpr EntryBuilder add_entry() {
  return EntryBuilder(sizeof(Add), 1)
      .order(record::Action::add)
      .last()
      .number(order_id, offsetof(Add, order_reference_number), 8)
      .number(size, offsetof(Add, shares), 4)
      .side(offsetof(Add, buy_sell_indicator))
      .price(offsetof(Add, price));
}
/// The second record of a replace.
constexpr Entry entering =
    EntryBuilder(sizeof(itch::OrderReplace), 1)
        .order(record::Action::add)
        .last()
        .number(order_id, offsetof(itch::OrderReplace, new_order_reference_number), 8)
        .number(size, offsetof(itch::OrderReplace, shares), 4)
        .price(offsetof(itch::OrderReplace, price))
        .done();

consteval std::array<Entry, 256> make_entries() {
  std::array<Entry, 256> all{};
  const auto put = [&](char type, const EntryBuilder& entry) {
    all[static_cast<unsigned char>(type)] = entry.done();
  };
  put('A', add_entry<itch::AddOrder>());
  put('F', add_entry<itch::AddOrderWithMpid>().text(
               reference, offsetof(itch::AddOrderWithMpid, attribution), 4));
  put('E', EntryBuilder(sizeof(itch::OrderExecuted), 1)
               .order(record::Action::execute)
               .last()
               .no_price()
               .number(order_id, offsetof(itch::OrderExecuted, order_reference_number), 8)
               .number(size, offsetof(itch::OrderExecuted, executed_shares), 4)
               .number(reference, offsetof(itch::OrderExecuted, match_number) + 4, 4));  // low half
  put('X', EntryBuilder(sizeof(itch::OrderCancel), 1)
               .order(record::Action::cancel)
               .last()
               .no_price()
               .number(order_id, offsetof(itch::OrderCancel, order_reference_number), 8)
               .number(size, offsetof(itch::OrderCancel, cancelled_shares), 4));
  put('D', EntryBuilder(sizeof(itch::OrderDelete), 1)
               .order(record::Action::remove)
               .last()
               .no_price()
               .number(order_id, offsetof(itch::OrderDelete, order_reference_number), 8));
  put('U', EntryBuilder(sizeof(itch::OrderReplace), 2)
               .order(record::Action::replace)
               .no_price()
               .number(order_id, offsetof(itch::OrderReplace, original_order_reference_number), 8));
  put('P', EntryBuilder(sizeof(itch::NonCrossTrade), 1)
               .trade(record::TradeAction::trade)
               .last()
               .number(order_id, offsetof(itch::NonCrossTrade, match_number), 8)
               .number(size, offsetof(itch::NonCrossTrade, shares), 4)
               .side(offsetof(itch::NonCrossTrade, buy_sell_indicator))
               .price(offsetof(itch::NonCrossTrade, price)));
  put('Q', EntryBuilder(sizeof(itch::CrossTrade), 1)
               .trade(record::TradeAction::cross)
               .last()
               .number(order_id, offsetof(itch::CrossTrade, match_number), 8)
               .number(size, offsetof(itch::CrossTrade, cross_shares) + 4, 4)
               .number(reference, offsetof(itch::CrossTrade, cross_shares), 4)
               .price(offsetof(itch::CrossTrade, cross_price)));
  put('B', EntryBuilder(sizeof(itch::BrokenTrade), 1)
               .trade(record::TradeAction::broken)
               .last()
               .no_price()
               .number(order_id, offsetof(itch::BrokenTrade, match_number), 8));
  put('L', EntryBuilder(sizeof(itch::MarketParticipantPosition), 0));
  put('V', EntryBuilder(sizeof(itch::MwcbDeclineLevel), 0));
  put('W', EntryBuilder(sizeof(itch::MwcbStatus), 0));
  put('K', EntryBuilder(sizeof(itch::IpoQuotingPeriodUpdate), 0));
  put('J', EntryBuilder(sizeof(itch::LuldAuctionCollar), 0));
  put('I', EntryBuilder(sizeof(itch::NetOrderImbalance), 0));
  put('N', EntryBuilder(sizeof(itch::RetailInterest), 0));
  put('O', EntryBuilder(sizeof(itch::DirectListingPriceDiscovery), 0));
  return all;
}

constexpr std::array<Entry, 256> entries = make_entries();

/// What the packet adds to every record: lane i is bytes 8 i to 8 i + 7 of it.
__m512i context_lanes(const Context& context) noexcept {
  const std::uint64_t tail =
      static_cast<std::uint64_t>(context.venue) << 32 | std::uint64_t{context.channel} << 40;
  return _mm512_setr_epi64(static_cast<long long>(context.midnight_ns),
                           std::int64_t{context.feed_index} << 16,
                           static_cast<long long>(context.receive_time_ns),
                           static_cast<long long>(context.sequence_number & 0xffffffffffff), 0, 0,
                           0, static_cast<long long>(tail));
}

__m512i record_of(const Entry& entry, __m512i message, __m512i context) noexcept {
  constexpr __mmask8 price_lane = 1 << (offsetof(OrderEvent, price_e9) / 8);
  const __m512i moved = _mm512_permutexvar_epi8(_mm512_load_si512(entry.from.data()), message);
  const __m512i kept = _mm512_and_si512(moved, _mm512_load_si512(entry.keep.data()));
  const __m512i priced =
      _mm512_mask_mul_epu32(kept, price_lane, kept, _mm512_set1_epi64(price_4_to_e9));
  return _mm512_add_epi64(priced, _mm512_add_epi64(context, _mm512_load_si512(entry.add.data())));
}

/// In one value that no branch has touched: which types and sides come is as good as random, and a
/// branch on it, which the compiler would make of the comparisons, is mispredicted every other
/// time.
bool side_is_valid(const Entry& entry, const std::byte* message) noexcept {
  const auto side = static_cast<char>(message[entry.side_at]);
  unsigned valid = static_cast<unsigned>(entry.side_at == 0) | static_cast<unsigned>(side == 'B') |
                   static_cast<unsigned>(side == 'S');
  asm("" : "+r"(valid));
  return valid != 0;
}

/// 64 bytes from the message's first, or only its own where the rest of the blocks is shorter.
__m512i load_message(const std::byte* message, std::size_t length, std::ptrdiff_t rest) noexcept {
  if (rest >= std::ptrdiff_t{sizeof(__m512i)}) [[likely]]
    return _mm512_loadu_si512(message);
  return _mm512_maskz_loadu_epi8((std::uint64_t{1} << length) - 1, message);
}

std::uint16_t length_at(const std::byte* block) noexcept {
  std::uint16_t length;
  std::memcpy(&length, block, sizeof length);
  return __builtin_bswap16(length);
}

}  // namespace

BlockRun decode_blocks(std::span<const std::byte> blocks, std::uint64_t messages,
                       const Context& context, std::span<record::Record> out,
                       TypeCounts& counts) noexcept {
  constexpr std::ptrdiff_t prefix = sizeof(wire::moldudp64::MessageBlock);
  const __m512i next_message = _mm512_setr_epi64(0, 0, 0, 1, 0, 0, 0, 0);
  const std::byte* at = blocks.data();
  const std::byte* const end = at + blocks.size();
  record::Record* to = out.data();
  record::Record* const to_end = to + out.size();
  __m512i own = context_lanes(context);
  std::uint64_t left = messages;
  Verdict verdict = Verdict::records;
  while (left > 0 && to_end - to >= std::ptrdiff_t{records_per_message}) {
    if (end - at > prefix) [[likely]] {
      const std::size_t length = length_at(at);
      const Entry& entry = entries[static_cast<std::size_t>(at[prefix])];
      const std::ptrdiff_t rest = end - at - prefix;
      if (length == entry.length && rest >= std::ptrdiff_t{entry.length} &&
          side_is_valid(entry, at + prefix)) [[likely]] {
        const __m512i message = load_message(at + prefix, length, rest);
        _mm512_store_si512(to, record_of(entry, message, own));
        if (entry.records == 2) _mm512_store_si512(to + 1, record_of(entering, message, own));
        to += entry.records;
        ++counts[static_cast<std::size_t>(at[prefix])];
        own = _mm512_add_epi64(own, next_message);
        at += prefix + static_cast<std::ptrdiff_t>(length);
        --left;
        continue;
      }
    }
    // A rare type or a malformed message.
    Context one = context;
    one.sequence_number += messages - left;
    const BlockRun run = portable::decode_blocks(
        {at, end}, 1, one, {to, static_cast<std::size_t>(to_end - to)}, counts);
    verdict = run.verdict;
    if (run.messages == 0) break;
    at += run.bytes;
    to += run.records;
    own = _mm512_add_epi64(own, next_message);
    --left;
  }
  return {static_cast<std::size_t>(at - blocks.data()), messages - left,
          static_cast<std::size_t>(to - out.data()), verdict};
}

}  // namespace hft::feed::itch50::avx512
