// Where symbols stand in records and in messages.
#include "hft/engine/instrument_table.hpp"

#include <algorithm>

#include "hft/record/instrument_event.hpp"
#include "hft/record/status_event.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine {

namespace {

std::string_view unpadded(const Alpha<8>& symbol) noexcept {
  const std::string_view all(symbol.data(), symbol.size());
  const std::size_t last = all.find_last_not_of(std::string_view(" \0", 2));
  return last == std::string_view::npos ? std::string_view{} : all.substr(0, last + 1);
}

}  // namespace

bool InstrumentTable::learn_from(const record::Record& record) noexcept {
  if (record.kind == record::Kind::instrument) {
    return learn(record.instrument, record::as<record::InstrumentEvent>(record).symbol);
  }
  if (record.kind != record::Kind::status || record.instrument == record::instrument_all) {
    return false;
  }
  const auto& event = record::as<record::StatusEvent>(record);
  return event.symbol != Alpha<8>{} && learn(record.instrument, event.symbol);
}

bool InstrumentTable::learn_from_blocks(std::span<const std::byte> blocks) noexcept {
  using wire::itch50::AddOrder;
  using Block = wire::moldudp64::MessageBlock;
  bool learned = false;
  while (blocks.size() >= sizeof(Block)) {
    const std::size_t length = reinterpret_cast<const Block&>(blocks[0]).message_length;
    blocks = blocks.subspan(sizeof(Block));
    if (length > blocks.size()) break;
    if (length >= sizeof(AddOrder)) {  // an F, with attribution, begins with the fields of an A
      const auto& add = reinterpret_cast<const AddOrder&>(blocks[0]);
      if (add.message_type == 'A' || add.message_type == 'F') {
        learned |= learn(add.stock_locate, add.stock);
      }
    }
    blocks = blocks.subspan(length);
  }
  return learned;
}

std::string_view InstrumentTable::symbol(std::uint32_t instrument) const noexcept {
  return unpadded(symbols_[instrument % capacity]);
}

std::optional<std::uint16_t> InstrumentTable::find(std::string_view symbol) const noexcept {
  if (symbol.empty()) return std::nullopt;
  const auto found = std::find_if(symbols_.begin(), symbols_.end(),
                                  [&](const Alpha<8>& known) { return unpadded(known) == symbol; });
  if (found == symbols_.end()) return std::nullopt;
  return static_cast<std::uint16_t>(found - symbols_.begin());
}

}  // namespace hft::engine
