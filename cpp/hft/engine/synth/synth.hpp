// Synthetic Nasdaq sessions by seed: the same options give the same bytes on every machine.
//
// For tests, demonstrations and benchmarks, where no captured day may be kept. The market has no
// meaning, but its messages are possible ones, and its books have the shape of real ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hft/engine/synth/options.hpp"

namespace hft::engine::synth {

/// Told after every 30,000 messages or so how many are done; its answer false stops the work.
using Progress = std::function<bool(std::uint64_t messages_done)>;

/// Writes a session to `path`: a capture of both lines (pcap, ns) where the name ends in ".pcap",
/// else a raw file of length-prefixed messages. Throws hft::Error where an option is out of range,
/// the file exists already or the disk is full; then, and when stopped, no file is left.
Summary generate(const Options& options, const std::string& path, const Progress& progress = {});

/// The bytes of the raw file, in memory.
std::vector<std::byte> generate_raw(const Options& options, Summary* summary = nullptr);

}  // namespace hft::engine::synth
