// Merging by time: a run of packets from one file, up to the first packet of any other.
#include "hft/engine/capture_input.hpp"

#include <algorithm>
#include <utility>

#include "hft/base/error.hpp"

namespace hft::engine {

CaptureInput::CaptureInput(std::vector<std::unique_ptr<net::ByteSource>> sources) {
  for (auto& source : sources) captures_.push_back(std::make_unique<Capture>(std::move(source)));
}

bool CaptureInput::fill(Capture& capture) {
  if (capture.first < capture.count) return true;
  if (capture.ended) return false;
  capture.first = 0;
  try {
    capture.count = capture.reader.read(capture.batch);
  } catch (const Error& error) {  // what was delivered before stands
    capture.count = 0;
    capture.damage = error.what();
    damaged_ = true;
  }
  capture.ended = capture.count == 0;
  for (std::size_t i = 0; i < capture.count; ++i) capture.bytes += capture.batch[i].bytes.size();
  return !capture.ended;
}

std::span<const net::Packet> CaptureInput::next(std::size_t limit) {
  Capture* earliest = nullptr;
  for (std::size_t i = 0; i < captures_.size(); ++i) {
    if (!fill(*captures_[i])) continue;
    if (earliest != nullptr && captures_[i]->head_time_ns() >= earliest->head_time_ns()) continue;
    earliest = captures_[i].get();
    file_ = i;
  }
  if (earliest == nullptr) return {};
  const std::size_t count = run_length(*earliest, limit);
  const std::span packets(&earliest->batch[earliest->first], count);
  earliest->first += count;
  return packets;
}

std::size_t CaptureInput::run_length(const Capture& earliest, std::size_t limit) const noexcept {
  const std::size_t at_hand = std::min(limit, earliest.count - earliest.first);
  if (captures_.size() == 1) return at_hand;
  std::uint64_t other_head = ~std::uint64_t{0};
  for (const auto& capture : captures_) {
    if (capture.get() == &earliest || capture->first == capture->count) continue;
    other_head = std::min(other_head, capture->head_time_ns());
  }
  std::size_t count = 1;
  while (count < at_hand && earliest.batch[earliest.first + count].receive_time_ns < other_head) {
    ++count;
  }
  return count;
}

std::uint64_t CaptureInput::position() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& capture : captures_) sum += capture->source->file_position();
  return sum;
}

std::vector<FileReport> CaptureInput::reports() const {
  std::vector<FileReport> reports;
  for (const auto& capture : captures_) {
    reports.push_back({capture->source->path(), std::string(name(capture->reader.format())),
                       capture->source->file_size(), capture->reader.packet_count(), capture->bytes,
                       capture->damage.empty() ? capture->reader.note() : capture->damage});
  }
  return reports;
}

}  // namespace hft::engine
