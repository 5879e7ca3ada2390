// Reading and decompressing through a bounded buffer.
#include "hft/net/streamed_bytes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hft::net {

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

StreamedBytes::StreamedBytes(std::string path, FileHandle file, std::uint64_t file_size)
    : BufferedBytes(std::move(path), file_size),
      file_(std::move(file)),
      raw_buffer_(new std::byte[raw_size]) {
  ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);  // a hint: a pipe refuses it
  constexpr std::size_t magic_size = 4;                       // a pipe may hand it over in pieces
  while (raw_.size() < magic_size && !raw_ended_) read_raw();
  decompressor_ = make_decompressor(raw_);
}

/// Reads behind what is not decoded yet, which is carried to the front.
void StreamedBytes::read_raw() {
  if (!raw_.empty()) std::memmove(raw_buffer_.get(), raw_.data(), raw_.size());
  ssize_t count = 0;
  do {
    count = ::read(file_.get(), raw_buffer_.get() + raw_.size(), raw_size - raw_.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    throw Error(path() + ": byte " + std::to_string(file_read_),
                std::string("reading failed: ") + std::strerror(errno),
                "check the disk or the network drive it lies on");
  }
  raw_ended_ = count == 0;
  file_read_ += static_cast<std::uint64_t>(count);
  raw_ = {raw_buffer_.get(), raw_.size() + static_cast<std::size_t>(count)};
}

bool StreamedBytes::refill() {
  if (ended_) return false;
  std::span<std::byte> room = make_room();
  const std::size_t before = room.size();
  const bool grown = decode(room);
  add(before - room.size());
  if (grown) return true;
  if (damage_) throw error(*damage_);
  ended_ = true;
  return false;
}

/// Until there are new bytes and the next ones would have to be waited for.
bool StreamedBytes::decode(std::span<std::byte>& room) {
  const std::size_t size = room.size();
  while (!damage_ && !room.empty()) {
    if (raw_.empty() && size != room.size()) break;
    if (raw_.empty() && !raw_ended_) read_raw();
    const std::size_t raw_before = raw_.size();
    const std::size_t room_before = room.size();
    damage_ = decompressor_->decode(raw_, room);
    if (raw_.size() != raw_before || room.size() != room_before) continue;
    if (raw_ended_) {
      end_of_raw();
      break;
    }
    if (raw_.size() == raw_size) {
      damage_ = Damage{"the decompressor does not move on", "the file is damaged here"};
    } else if (!damage_) {
      read_raw();
    }
  }
  return size != room.size();
}

void StreamedBytes::end_of_raw() {
  if (damage_ || (decompressor_->may_end() && raw_.empty())) return;
  damage_ = Damage{std::string("the ") + decompressor_->name() + " data ends too early",
                   "the file is cut off: fetch or copy it again; what was read before stands"};
}

Error StreamedBytes::error(const Damage& damage) const {
  return Error(path() + ": byte " + std::to_string(file_position()) + " of the file (offset " +
                   std::to_string(end_offset()) + " uncompressed)",
               damage.problem, damage.remedy);
}

}  // namespace hft::net
