// Drives a session into a file or into memory, one block of messages after the other.
#include "hft/engine/synth/synth.hpp"

#include <span>
#include <string_view>

#include "hft/base/error.hpp"
#include "hft/engine/synth/line_capture.hpp"
#include "hft/engine/synth/session.hpp"
#include "hft/net/capture_writer.hpp"

namespace hft::engine::synth {

namespace {

constexpr std::size_t block_size = std::size_t{1} << 20;  // bytes, about 30,000 messages

// False when `progress` stopped the work.
template <class Writer>
bool write_session(Session& session, Writer& writer, const Progress& progress) {
  std::vector<std::byte> block(block_size);
  while (const std::size_t size = session.fill(block)) {
    writer.write_blocks(std::span<const std::byte>(block).first(size));
    if (progress && !progress(session.messages_done())) return false;
  }
  writer.close();
  return true;
}

Summary generate_capture(Session& session, const Options& options, const std::string& path,
                         const Progress& progress) {
  LineCapture capture(options, path);
  write_session(session, capture, progress);
  Summary summary = session.summary();
  capture.describe(summary);
  return summary;
}

}  // namespace

Summary generate(const Options& options, const std::string& path, const Progress& progress) {
  const std::string_view name = path;
  if (name.ends_with(".gz") || name.ends_with(".zst")) {
    throw Error(path, "a compressed file is read but not written",
                "leave the last suffix out and compress the file afterwards");
  }
  Session session(options);
  if (name.ends_with(".pcap")) return generate_capture(session, options, path, progress);
  net::RawWriter file(path, options.overwrite ? net::IfExists::overwrite : net::IfExists::refuse);
  write_session(session, file, progress);
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
