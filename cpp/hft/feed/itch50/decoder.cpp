#include "hft/feed/itch50/decoder.hpp"

#include "hft/feed/itch50/message_decoder.hpp"

namespace hft::feed::itch50 {

BlockRun portable::decode_blocks(std::span<const std::byte> blocks, std::uint64_t messages,
                                 const Context& context, std::span<record::Record> out,
                                 TypeCounts& counts) noexcept {
  return decode_blocks_slowly(blocks, messages, context, out, counts);
}

// AVX2 has no shuffle across 64 bytes: there the slow decoder, at a few ns a message, is as good.
DecodeBlocks decode_blocks_for(Isa isa) {
  return isa == Isa::avx512 ? avx512::decode_blocks : portable::decode_blocks;
}

}  // namespace hft::feed::itch50
