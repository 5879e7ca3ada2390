// Carrying the unread tail to the front of the buffer.
#include "hft/net/buffered_bytes.hpp"

#include <cstring>
#include <utility>

#include "hft/base/error.hpp"

namespace hft::net {

BufferedBytes::BufferedBytes(std::string path, std::uint64_t file_size)
    : ByteSource(std::move(path), file_size), buffer_(new std::byte[buffer_size]) {
  base_ = begin_ = end_ = buffer_.get();
}

std::span<std::byte> BufferedBytes::make_room() {
  const std::size_t unread = window().size();
  if (unread > buffer_size - least_room) {
    throw Error(path() + ": offset " + std::to_string(offset()),
                "something longer than " + std::to_string(buffer_size - least_room) + " bytes",
                "the file is damaged here");
  }
  base_offset_ = offset();
  if (unread != 0 && begin_ != buffer_.get()) std::memmove(buffer_.get(), begin_, unread);
  base_ = begin_ = buffer_.get();
  end_ = begin_ + unread;
  return {buffer_.get() + unread, buffer_size - unread};
}

}  // namespace hft::net
