// Drives a session into a file or into memory, one block of messages after the other.
#include "hft/engine/synth/synth.hpp"

#include <span>

#include "hft/base/error.hpp"
#include "hft/engine/synth/session.hpp"
#include "hft/net/capture_writer.hpp"

namespace hft::engine::synth {

namespace {

constexpr std::size_t block_size = std::size_t{1} << 20;  // bytes, about 30,000 messages

}  // namespace

Summary generate(const Options& options, const std::string& path, const Progress& progress) {
  Session session(options);
  net::RawWriter file(path, options.overwrite ? net::IfExists::overwrite : net::IfExists::refuse);
  std::vector<std::byte> block(block_size);
  while (const std::size_t size = session.fill(block)) {
    file.write_blocks(std::span(block).first(size));
    if (progress && !progress(session.messages_done())) break;
  }
  file.close();
  return session.summary();
}

std::vector<std::byte> generate_raw(const Options& options, Summary* summary) {
  Session session(options);
  std::vector<std::byte> bytes;
  std::vector<std::byte> block(block_size);
  while (const std::size_t size = session.fill(block)) {
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size));
  }
  if (summary != nullptr) *summary = session.summary();
  return bytes;
}

}  // namespace hft::engine::synth
