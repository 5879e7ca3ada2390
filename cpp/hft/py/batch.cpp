// Batches and their memory.
#include "hft/py/batch.hpp"

#include <algorithm>
#include <bit>

#include "hft/py/arrow_columns.hpp"

namespace hft::py {

std::shared_ptr<BatchPool::Records> BatchPool::take(std::size_t capacity) {
  std::unique_ptr<Records> records;
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      records = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (records == nullptr) records = std::make_unique<Records>();
  records->clear();
  records->reserve(capacity);
  return {records.release(), [pool = weak_from_this()](Records* dead) {
            std::unique_ptr<Records> owned(dead);
            if (const auto alive = pool.lock()) alive->give_back(std::move(owned));
          }};
}

void BatchPool::give_back(std::unique_ptr<Records> records) noexcept {
  const std::scoped_lock lock(mutex_);
  if (free_.size() < kept_most) free_.push_back(std::move(records));
}

record::Kind Batch::kind() const noexcept {
  const std::uint32_t kinds = kinds_in(all_);
  if (std::popcount(kinds) != 1) return record::Kind::none;
  return static_cast<record::Kind>(std::countr_zero(kinds));
}

void BatchSink::take(std::span<const record::Record> records) {
  if (records_ == nullptr) records_ = pool_->take(expected_);
  records_->insert(records_->end(), records.begin(), records.end());
}

std::unique_ptr<Batch> BatchSink::batch() {
  if (records_ == nullptr) records_ = pool_->take(expected_);
  return std::make_unique<Batch>(std::exchange(records_, nullptr));
}

}  // namespace hft::py
