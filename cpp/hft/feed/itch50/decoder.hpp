// The fast ITCH 5.0 decoder: a run of message blocks to an array of records.
//
// It writes the same bytes as its slow twin (message_decoder.hpp); a contract suite and a fuzz
// target hold the two together.
#pragma once

#include <span>

#include "hft/base/isa.hpp"
#include "hft/feed/itch50/context.hpp"

namespace hft::feed::itch50 {

/// Decodes at most `messages` blocks into `out`; adds the types of those done to `counts`. May use
/// any of `out` as scratch beyond the records that it reports. Reads nothing outside `blocks`.
using DecodeBlocks = BlockRun (*)(std::span<const std::byte> blocks, std::uint64_t messages,
                                  const Context& context, std::span<record::Record> out,
                                  TypeCounts& counts) noexcept;

/// The decoder for an instruction set, normally chosen_isa().
DecodeBlocks decode_blocks_for(Isa isa);

namespace portable {
BlockRun decode_blocks(std::span<const std::byte> blocks, std::uint64_t messages,
                       const Context& context, std::span<record::Record> out,
                       TypeCounts& counts) noexcept;
}  // namespace portable
namespace avx512 {
BlockRun decode_blocks(std::span<const std::byte> blocks, std::uint64_t messages,
                       const Context& context, std::span<record::Record> out,
                       TypeCounts& counts) noexcept;
}  // namespace avx512

}  // namespace hft::feed::itch50
