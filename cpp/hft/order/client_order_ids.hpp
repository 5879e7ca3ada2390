// ClientOrderIds: numbers for our orders, never given twice in a session date, whatever is killed.
//
// A small mapped file says below which number ids may have been used. It runs ahead of use by a
// block: the block is on the disk before the first id of it is given, and a process that starts
// anew begins behind what its predecessor had reserved. Giving an id touches memory only.
//
//   byte   0  cell 0: magic (8) version (4) date (4) generation (8) reserved_below (4) check (4)
//   byte 512  cell 1: the same. Written in turns, each in a disk sector of its own, the magic last:
//             a write that was cut off leaves a cell without magic, and the other says what is
//             true.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "hft/base/session_date.hpp"

namespace hft::order {

struct IdCell {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t date;            // year * 10000 + month * 100 + day
  std::uint64_t generation;      // of the two cells the greater one holds
  std::uint32_t reserved_below;  // ids from here on were never given
  std::uint32_t check;           // digest of the fields before it
};

class ClientOrderIds {
 public:
  static constexpr std::uint32_t usual_block = 1U << 16;

  /// Opens or makes the file of one order session. A later date than the file's begins at 1 again.
  /// Throws hft::Error when the file is corrupt, of a later date, or in use by another process.
  ClientOrderIds(const std::filesystem::path& path, CivilDate date,
                 std::uint32_t block = usual_block);
  ~ClientOrderIds();
  ClientOrderIds(const ClientOrderIds&) = delete;
  ClientOrderIds& operator=(const ClientOrderIds&) = delete;

  /// The next id, or 0 when the reserved ones are used up: maintain() was not called in time.
  std::uint32_t take() noexcept {
    if (next_ >= reserved_below()) return 0;
    return next_++;
  }
  /// The id that take() gives next. Who counts ids by himself starts here, and stays below
  /// reserved_below().
  std::uint32_t next() const noexcept { return next_; }
  std::uint32_t reserved_below() const noexcept {
    return reserved_below_.load(std::memory_order_acquire);
  }

  /// Off the hot path, on any one thread: reserves another block when less than half of one is
  /// left above `used`, the highest id given. It waits for the disk. Throws hft::Error when the
  /// disk refuses, or when the ids of the day are used up.
  void maintain(std::uint32_t used);

  /// Never gives an id below `id` again: the venue has seen them. Before trading starts only.
  void skip_to(std::uint32_t id);

 private:
  void reserve(std::uint64_t below);
  IdCell& cell(std::uint64_t generation) const noexcept;

  std::filesystem::path path_;
  int descriptor_ = -1;
  void* memory_ = nullptr;
  std::uint32_t date_;
  std::uint32_t block_;
  std::uint32_t next_ = 1;
  std::uint64_t generation_ = 0;
  std::atomic<std::uint32_t> reserved_below_{1};
};

}  // namespace hft::order
