// One side of a book: its best levels in a chunk at a computed address, deeper ones in further
// chunks that a directory finds.
//
// The first chunk of (instrument, side) needs no search: most messages end there. When it
// overflows, its worse half becomes a deep chunk; when it runs low, the best deep chunk moves up.
// The directory keeps each deep chunk's lower bound, worst first, so that both happen at its end,
// and a search from the end meets the busy chunks first.
//
//   bounds[i] <= every key of deep chunk i < bounds[i + 1];  bounds[0] is 0
//   every deep key < the first chunk's floor <= every key of the first chunk
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hft/base/memory.hpp"
#include "hft/base/prefetch.hpp"
#include "hft/book/book_types.hpp"
#include "hft/book/level_chunk.hpp"

namespace hft::book {

/// Memory of all sides of a book set: first chunks by index, deep chunks, directories.
struct LevelMemory {
  explicit LevelMemory(std::uint32_t max_orders)
      : first_memory(std::size_t{instruments_max} * 2 * sizeof(LevelChunk), "first levels"),
        deep_memory(std::size_t{max_orders} * sizeof(LevelChunk), "deep levels"),
        directory_memory(directory_words(max_orders) * sizeof(std::uint32_t), "level directories"),
        first(first_memory.as<LevelChunk>()),
        deep(deep_memory.as<LevelChunk>()),
        words(directory_memory.as<std::uint32_t>()) {}

  void clear() noexcept {
    first_memory.zero();
    deep_memory.zero();
    directory_memory.zero();
    deep_end = 0;
    deep_free = none;
    words_end = 32;
    ++version;
    for (std::uint32_t& head : words_free) head = 0;
  }

  static constexpr std::uint32_t none = 0xffffffff;
  static constexpr unsigned class_count = 18;  // directories of 16 << class chunks

  MappedMemory first_memory, deep_memory, directory_memory;
  LevelChunk* first;
  LevelChunk* deep;
  std::uint32_t* words;
  std::uint32_t deep_end = 0;      // deep chunks ever used
  std::uint32_t deep_free = none;  // list of freed ones, linked through `directory`
  std::uint32_t words_end = 32;    // a directory at word 0 would read as "no directory"
  std::uint32_t words_free[class_count] = {};
  std::uint32_t version = 0;  // counts changes of which level stands in which chunk

 private:
  // Every order its own level, every level its own chunk, all directories grown to the full and
  // their smaller predecessors lying idle: 2 words a chunk, twice.
  static constexpr std::size_t directory_words(std::uint32_t max_orders) {
    return std::size_t{max_orders} * 8 + std::size_t{65'536} * 2 * 64;
  }
};

namespace HFT_ISA {

/// Where a level stands.
struct Place {
  LevelChunk* chunk;
  unsigned lane;
};

class SideLevels {
 public:
  SideLevels(LevelMemory& memory, std::uint32_t instrument, unsigned side) noexcept
      : SideLevels(memory, memory.first[instrument * 2 + side]) {}
  SideLevels(LevelMemory& memory, LevelChunk& first) noexcept : memory_(memory), first_(first) {}

  LevelChunk& first() noexcept { return first_; }

  /// The level of `key`; lane is `lanes` when there is none.
  Place find(std::uint32_t key) noexcept { return find_in(chunk_of(key), key); }

  /// The same, where the caller knows `chunk_of(key)`.
  static Place find_in(LevelChunk* chunk, std::uint32_t key) noexcept {
    return {chunk, find_lane(*chunk, key)};
  }

  /// The chunk whose range holds `key`. It stays so until the memory's version changes.
  LevelChunk* chunk_of(std::uint32_t key) const noexcept {
    return is_deep(key) ? &deep_chunk(deep_index(key)) : &first_;
  }

  /// Adds a level of one order, which is not in `chunk`, though it should be.
  [[gnu::always_inline]] void insert(LevelChunk* chunk, std::uint32_t key,
                                     std::uint32_t size) noexcept {
    if (chunk->used == lanes) [[unlikely]]
      chunk = make_room(chunk, key);
    insert_lane(*chunk, rank_lane(*chunk, key) - 1, key, size, 1);
  }

  /// Takes out the level at `place`, which `find(key)` has just returned.
  [[gnu::always_inline]] void erase(const Place& place, std::uint32_t key) noexcept {
    erase_lane(*place.chunk, place.lane);
    const unsigned low = place.chunk == &first_ ? low_water : 0;
    if (place.chunk->used <= low) [[unlikely]]
      run_low(place.chunk, key);
  }

  /// Calls visit(const LevelChunk&) for each chunk, best first, while it returns true.
  template <class Visit>
  void for_each_chunk(Visit&& visit) const {
    if (!visit(first_)) return;
    for (unsigned i = first_.deep_count; i-- > 0;) {
      if (!visit(deep_chunk(i))) return;
    }
  }

  /// Whether `key` is, or would be, in a deep chunk.
  bool is_deep(std::uint32_t key) const noexcept { return key < first_.floor; }

  /// Asks for the end of the directory, where most searches end.
  void prefetch_directory() const noexcept {
    prefetch(bounds() + first_.deep_count - 1);
    prefetch(chunks() + first_.deep_count - 1);
  }
  static void prefetch_chunk(const LevelChunk& chunk) noexcept {
    prefetch(chunk.keys);
    prefetch(&chunk.used);
  }
  void prefetch_first() const noexcept { prefetch_chunk(first_); }

 private:
  static constexpr unsigned half = lanes / 2;
  static constexpr unsigned low_water = 3;

  static std::uint32_t lowest(const LevelChunk& chunk) noexcept {
    return chunk.keys[lanes - chunk.used];
  }
  // A directory's word is a multiple of 32, so that its class fits into the low five bits.
  unsigned directory_class() const noexcept { return first_.directory % 32; }
  std::uint32_t capacity() const noexcept { return 16U << directory_class(); }
  std::uint32_t* bounds() const noexcept {
    return memory_.words + (first_.directory - directory_class());
  }
  std::uint32_t* chunks() const noexcept { return bounds() + capacity(); }
  LevelChunk& deep_chunk(unsigned i) const noexcept { return memory_.deep[chunks()[i]]; }

  /// Splits the full chunk that should take `key`; returns the one that now should.
  [[gnu::noinline]] LevelChunk* make_room(LevelChunk* full, std::uint32_t key) noexcept {
    if (full == &first_) {
      spill();
    } else {
      split(deep_index(key));
    }
    return chunk_of(key);
  }

  /// `low` has lost the level of `key` and is, if deep, empty.
  [[gnu::noinline]] void run_low(LevelChunk* low, std::uint32_t key) noexcept {
    if (low != &first_) {
      drop(deep_index(key));
    } else if (first_.deep_count != 0) {
      refill();
    }
  }

  /// The deep chunk whose range holds `key`: the last whose bound is not above it.
  unsigned deep_index(std::uint32_t key) const noexcept {
    const std::uint32_t* bound = bounds();
    unsigned i = first_.deep_count;
#if defined(__AVX512BW__) && defined(__AVX512VL__)
    const __m512i wanted = _mm512_set1_epi32(static_cast<int>(key));
    while (i > 16) {
      const __mmask16 not_above = _mm512_cmple_epu32_mask(load_lanes(bound + i - 16), wanted);
      if (not_above != 0) return i - 1 - static_cast<unsigned>(__builtin_clz(not_above)) + 16;
      i -= 16;
    }
    const __mmask16 not_above =
        _mm512_cmple_epu32_mask(load_lanes(bound), wanted) & static_cast<__mmask16>((1U << i) - 1);
    return 31 - static_cast<unsigned>(__builtin_clz(not_above));  // bound 0 is 0
#else
    while (bound[i - 1] > key) --i;  // ends: bound 0 is 0
    return i - 1;
#endif
  }

  /// The worse half of the full first chunk becomes the best deep chunk.
  void spill() noexcept {
    const std::uint32_t moved = new_chunk();
    LevelChunk& to = memory_.deep[moved];
    move_low_half(first_, to);
    open_gap(first_.deep_count);
    const unsigned i = first_.deep_count - 1U;
    bounds()[i] = first_.floor;
    chunks()[i] = moved;
    first_.floor = lowest(first_);
  }

  /// Deep chunk i gives its better half to a new chunk behind it.
  void split(unsigned i) noexcept {
    const std::uint32_t moved = new_chunk();
    LevelChunk& low = memory_.deep[moved];
    move_low_half(deep_chunk(i), low);
    open_gap(i + 1);
    chunks()[i + 1] = chunks()[i];
    bounds()[i + 1] = lowest(deep_chunk(i + 1));
    chunks()[i] = moved;
  }

  /// The first chunk has run low: what the best deep chunk holds moves up, if it fits.
  void refill() noexcept {
    const unsigned i = first_.deep_count - 1U;
    LevelChunk& from = deep_chunk(i);
    if (from.used + first_.used > lanes) return;
    for (unsigned lane = best_lane; from.used != 0; --lane, --from.used) {
      const unsigned to = best_lane - first_.used;
      first_.keys[to] = from.keys[lane];
      first_.sizes[to] = from.sizes[lane];
      first_.counts[to] = from.counts[lane];
      ++first_.used;
    }
    first_.floor = bounds()[i];
    drop(i);
  }

  static void move_low_half(LevelChunk& from, LevelChunk& to) noexcept {
    std::memset(&to, 0, sizeof to);
    const std::size_t bytes = half * sizeof from.keys[0];
    constexpr unsigned to_lane = lanes - half;
    std::memcpy(to.keys + to_lane, from.keys, bytes);
    std::memcpy(to.sizes + to_lane, from.sizes, bytes);
    std::memcpy(to.counts + to_lane, from.counts, half * sizeof from.counts[0]);
    std::fill_n(from.keys, half, 0U);
    std::fill_n(from.sizes, half, 0U);
    std::fill_n(from.counts, half, std::uint16_t{0});
    to.used = half;
    from.used = lanes - half;
  }

  std::uint32_t new_chunk() noexcept {
    if (memory_.deep_free == LevelMemory::none) return memory_.deep_end++;
    const std::uint32_t chunk = memory_.deep_free;
    memory_.deep_free = memory_.deep[chunk].directory;
    return chunk;
  }

  /// Makes room for an entry at `at` in the directory, which may have to grow.
  void open_gap(unsigned at) noexcept {
    if (first_.directory == 0 || first_.deep_count == capacity()) grow();
    const std::size_t bytes = (first_.deep_count - at) * sizeof(std::uint32_t);
    std::memmove(bounds() + at + 1, bounds() + at, bytes);
    std::memmove(chunks() + at + 1, chunks() + at, bytes);
    ++first_.deep_count;
    ++memory_.version;
  }

  void drop(unsigned at) noexcept {
    const std::uint32_t chunk = chunks()[at];
    memory_.deep[chunk].directory = memory_.deep_free;
    memory_.deep_free = chunk;
    const std::size_t bytes = (first_.deep_count - at - 1) * sizeof(std::uint32_t);
    std::memmove(bounds() + at, bounds() + at + 1, bytes);
    std::memmove(chunks() + at, chunks() + at + 1, bytes);
    bounds()[0] = 0;
    if (--first_.deep_count == 0) first_.floor = 0;
    ++memory_.version;
  }

  void grow() noexcept {
    const std::uint32_t old = first_.directory;
    const std::uint32_t* old_bounds = bounds();
    const std::uint32_t* old_chunks = chunks();
    const unsigned old_class = directory_class();
    const unsigned new_class = old == 0 ? 0 : old_class + 1;
    first_.directory = new_directory(new_class) | new_class;
    if (old == 0) return;
    const std::size_t bytes = first_.deep_count * sizeof(std::uint32_t);
    std::memcpy(bounds(), old_bounds, bytes);
    std::memcpy(chunks(), old_chunks, bytes);
    memory_.words[old - old_class] = memory_.words_free[old_class];
    memory_.words_free[old_class] = old - old_class;
  }

  std::uint32_t new_directory(unsigned of_class) noexcept {
    const std::uint32_t freed = memory_.words_free[of_class];
    if (freed != 0) {
      memory_.words_free[of_class] = memory_.words[freed];
      return freed;
    }
    const std::uint32_t at = memory_.words_end;
    memory_.words_end += 32U << of_class;
    return at;
  }

  LevelMemory& memory_;
  LevelChunk& first_;
};

}  // namespace HFT_ISA
using namespace HFT_ISA;  // this file's user is of one instruction set
}  // namespace hft::book
