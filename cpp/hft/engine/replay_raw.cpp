// The replay of raw files: length-prefixed messages without packets.
//
// A raw file knows no receive times: pace and series go by the messages' own times.
#include <algorithm>

#include "hft/engine/replay.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine {

namespace {

using Block = wire::moldudp64::MessageBlock;

/// Bytes of about so many messages; of a single one the input knows the size itself.
std::size_t byte_limit(std::size_t messages) {
  constexpr std::size_t bytes_per_message = 32;  // a rough guess; only steps depend on it
  if (messages == 1) return RawInput::one_message;
  return std::clamp<std::size_t>(messages, 64, RawInput::chunk_limit / bytes_per_message) *
         bytes_per_message;
}

std::size_t first_block_size(std::span<const std::byte> blocks) noexcept {
  if (blocks.size() < sizeof(Block)) return blocks.size();
  const std::size_t length = reinterpret_cast<const Block&>(blocks[0]).message_length;
  return std::min(sizeof(Block) + length, blocks.size());
}

std::uint64_t messages_of(const FeedRun& run) noexcept {
  return run.counters().messages() + run.counters().refused_messages();
}

}  // namespace

bool Replay::advance_raw(std::size_t messages) {
  RawInput::Chunk chunk;
  if (!raw_->next(byte_limit(options_.pace > 0 ? 1 : messages), chunk)) {
    return finish(raw_->damaged() ? EndedBy::damaged : EndedBy::end);
  }
  FeedRun& run = *runs_[chunk.file];
  if (options_.pace > 0 && !is_due(chunk, run)) return true;
  const std::uint64_t messages_before = messages_of(run);
  const std::size_t done = run_chunk(chunk, run);
  place_faults(chunk, run, messages_before);
  raw_->consume(done);
  return !run.stopped() || finish(EndedBy::to_time);
}

bool Replay::is_due(const RawInput::Chunk& chunk, const FeedRun& run) {
  using wire::itch50::SystemEvent;  // all messages begin as it does
  if (chunk.bytes.size() < sizeof(Block) + sizeof(SystemEvent)) return true;
  const auto& message = reinterpret_cast<const SystemEvent&>(chunk.bytes[sizeof(Block)]);
  return wait_until(midnight_new_york_ns(*run.options().session_date) + message.timestamp);
}

/// Hands a chunk to the feed, its first messages one by one where latencies are sampled.
std::size_t Replay::run_chunk(const RawInput::Chunk& chunk, FeedRun& run) {
  std::size_t done = 0;
  const bool whole = chunk.bytes.size() == RawInput::chunk_limit || options_.pace > 0;
  for (std::size_t i = 0; options_.latency && whole && i < StageLatency::samples_per_chunk; ++i) {
    done += run_one(chunk, done, run);
  }
  done += run.on_file_bytes(chunk.bytes.subspan(done), chunk.offset + done, chunk.last);
  run.flush();
  return done;
}

std::size_t Replay::run_one(const RawInput::Chunk& chunk, std::size_t done, FeedRun& run) {
  const auto rest = chunk.bytes.subspan(done);
  const std::size_t size = first_block_size(rest);
  if (size <= sizeof(Block)) return 0;  // an end mark, or nothing left
  latency_.begin();
  const std::size_t one = run.on_file_bytes(rest.first(size), chunk.offset + done, false);
  latency_.decoded();
  run.flush();
  latency_.end();
  return one;
}

void Replay::place_faults(const RawInput::Chunk& chunk, FeedRun& run,
                          std::uint64_t messages_before) const {
  run.place_faults([&](std::uint64_t sequence_number) {
    std::size_t at = 0;
    for (std::uint64_t i = messages_before + 1; i < sequence_number; ++i) {
      at += first_block_size(chunk.bytes.subspan(at));
    }
    return Place{chunk.file, 0, chunk.offset + at, sequence_number};
  });
}

}  // namespace hft::engine
