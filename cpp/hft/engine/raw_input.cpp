// Chunks of raw files; where a file leaves the lengths out, they are filled in on a copy.
#include "hft/engine/raw_input.hpp"

#include <algorithm>
#include <cstring>

#include "hft/base/error.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine {

using Block = wire::moldudp64::MessageBlock;

RawInput::RawInput(std::vector<std::unique_ptr<net::ByteSource>> sources) {
  for (auto& source : sources) {
    const net::FileFormat format = net::detect_format(*source);
    files_.push_back({std::move(source), format, 0, {}, false});
  }
  patched_.reserve(chunk_limit);
}

void RawInput::note_damage(File& file, const std::string& what) {
  file.damage = what;
  file.ended = true;
  damaged_ = true;
}

void RawInput::fill(File& file) {
  if (file.ended) return;
  try {
    file.ended = !file.source->ensure(2 * chunk_limit);
  } catch (const Error& error) {  // what came before the damage is in the window
    note_damage(file, error.what());
  }
}

std::size_t RawInput::first_message_size(std::span<const std::byte> window) noexcept {
  if (window.size() < sizeof(Block)) return window.size();
  const std::size_t length = reinterpret_cast<const Block&>(window[0]).message_length;
  return std::min(sizeof(Block) + length, window.size());
}

std::span<const std::byte> RawInput::with_lengths(File& file, std::span<const std::byte> blocks) {
  patched_.assign(blocks.begin(), blocks.end());
  for (std::size_t at = 0; at + sizeof(Block) < patched_.size();) {
    const std::size_t length = net::itch50_length(patched_[at + sizeof(Block)]);
    if (length == 0) {
      note_damage(file, file.source->path() + ": offset " +
                            std::to_string(file.source->offset() + at) +
                            ": an unknown message type, and no length to step over it; nothing "
                            "behind it can be read");
      patched_.resize(at);
      break;
    }
    reinterpret_cast<Block&>(patched_[at]).message_length = static_cast<std::uint16_t>(length);
    at += sizeof(Block) + length;
  }
  return patched_;
}

bool RawInput::next(std::size_t limit, Chunk& chunk) {
  if (last_given_) {
    ++current_;
    last_given_ = false;
  }
  if (current_ == files_.size()) return false;
  File& file = files_[current_];
  fill(file);
  const auto window = file.source->window();
  auto bytes = window.first(std::min(window.size(), chunk_limit));
  if (file.format == net::FileFormat::raw_itch_unprefixed) bytes = with_lengths(file, bytes);
  const std::size_t wanted = limit == one_message ? first_message_size(bytes) : limit;
  chunk = {bytes.first(std::min(wanted, bytes.size())), file.source->offset(), current_, false};
  chunk.last = file.ended && (chunk.bytes.size() == window.size() || bytes.empty());
  last_given_ = chunk.last;
  return true;
}

void RawInput::consume(std::size_t bytes) {
  files_[current_].source->consume(bytes);
  files_[current_].bytes += bytes;
}

std::uint64_t RawInput::position() const noexcept {
  std::uint64_t sum = 0;
  for (const File& file : files_) sum += file.source->file_position();
  return sum;
}

std::vector<FileReport> RawInput::reports() const {
  std::vector<FileReport> reports;
  for (const File& file : files_) {
    reports.push_back({file.source->path(), std::string(name(file.format)),
                       file.source->file_size(), 0, file.bytes, file.damage});
  }
  return reports;
}

}  // namespace hft::engine
