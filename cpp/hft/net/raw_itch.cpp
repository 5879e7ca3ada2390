// Filling in the lengths of raw ITCH blocks.
#include "hft/net/raw_itch.hpp"

#include <algorithm>
#include <cstring>

#include "hft/base/endian.hpp"
#include "hft/base/error.hpp"
#include "hft/net/buffered_bytes.hpp"
#include "hft/net/file_format.hpp"

namespace hft::net {
namespace {

class FilledBytes final : public BufferedBytes {
 public:
  explicit FilledBytes(std::unique_ptr<ByteSource> source)
      : BufferedBytes(source->path(), source->file_size()), source_(std::move(source)) {}

  bool refill() override {
    const std::span<std::byte> room = make_room();
    std::size_t used = 0;
    while (true) {
      // Damage, and the wait for more, come after the blocks that are there already.
      if (!at_hand(smallest) && (used != 0 || !source_->ensure(smallest))) break;
      const std::size_t size = prefix_size + length_at_hand(used != 0);
      if (size == prefix_size || size > room.size() - used) break;
      if (!at_hand(size) && (used != 0 || !source_->ensure(size))) break;
      used += copy(size, size, room.subspan(used));
    }
    if (used == 0) used = copy_cut_end(room);
    add(used);
    return used != 0;
  }

  std::uint64_t file_position() const noexcept override { return source_->file_position(); }

 private:
  static constexpr std::size_t prefix_size = 2;
  static constexpr std::size_t smallest = prefix_size + 1;  // bytes that tell a block's length

  bool at_hand(std::size_t size) const noexcept { return source_->window().size() >= size; }

  /// At something that is not a block: 0 where `there_is_more` to give before it, else an error.
  std::size_t length_at_hand(bool there_is_more) const {
    const std::span<const std::byte> window = source_->window();
    const std::size_t length = itch50_length(window[prefix_size]);
    const bool zero = window[0] == std::byte{0} && window[1] == std::byte{0};
    if (zero && length != 0) return length;
    if (there_is_more) return 0;
    const auto letter = static_cast<unsigned>(window[prefix_size]);
    throw Error(path() + ": offset " + std::to_string(source_->offset()),
                zero ? "unknown message type " + std::to_string(letter) + " behind a length of 0"
                     : "a length that is not 0 in a file of lengths of 0",
                "the file is damaged here; everything before was read");
  }

  std::size_t copy(std::size_t size, std::size_t block_size, std::span<std::byte> to) {
    std::memcpy(to.data(), source_->window().data(), size);
    Be16 length = {};
    length = static_cast<std::uint16_t>(block_size - prefix_size);
    std::memcpy(to.data(), &length, std::min(size, prefix_size));
    source_->consume(size);
    return size;
  }

  /// A last block that is not whole keeps its true length, so that its reader sees the cut.
  std::size_t copy_cut_end(std::span<std::byte> to) {
    const std::size_t left = source_->window().size();
    if (left == 0) return 0;
    const std::size_t length = left < smallest ? 0 : itch50_length(source_->window()[prefix_size]);
    return copy(left, prefix_size + length, to);
  }

  std::unique_ptr<ByteSource> source_;
};

}  // namespace

std::unique_ptr<ByteSource> fill_in_lengths(std::unique_ptr<ByteSource> source) {
  return std::make_unique<FilledBytes>(std::move(source));
}

}  // namespace hft::net
