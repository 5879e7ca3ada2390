// A batch of records for Python: memory that arrays and Arrow columns are made of.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "hft/engine/record_sink.hpp"
#include "hft/py/dtype.hpp"
#include "hft/record/record.hpp"

namespace hft::py {

/// Buffers of batches that nobody views any more, kept for the next ones: fresh memory costs a page
/// fault for every 64 records.
class BatchPool : public std::enable_shared_from_this<BatchPool> {
 public:
  using Records = std::vector<record::Record>;

  std::shared_ptr<Records> take(std::size_t capacity);

 private:
  static constexpr std::size_t kept_most = 4;

  void give_back(std::unique_ptr<Records> records) noexcept;

  std::mutex mutex_;  // an array may die in any thread
  std::vector<std::unique_ptr<Records>> free_;
};

class Batch {
 public:
  explicit Batch(std::shared_ptr<const std::vector<record::Record>> records)
      : records_(std::move(records)), all_(*records_) {}

  /// Over an array of a record dtype, which the batch keeps alive.
  explicit Batch(const pyb::array& array) : array_(array), in_(array), all_(in_->all()) {}

  std::span<const record::Record> all() const noexcept { return all_; }

  /// The one kind of all records; Kind::none where there are several, or no record.
  record::Kind kind() const noexcept;

 private:
  std::shared_ptr<const std::vector<record::Record>> records_;
  pyb::object array_;
  std::optional<RecordsIn> in_;
  std::span<const record::Record> all_;
};

/// Gathers what a replay passes on until Python takes it.
class BatchSink final : public engine::RecordSink {
 public:
  void take(std::span<const record::Record> records) override;
  std::size_t size() const noexcept { return records_ == nullptr ? 0 : records_->size(); }
  void expect(std::size_t count) { expected_ = count; }

  /// The batch so far; a new one begins.
  std::unique_ptr<Batch> batch();

 private:
  std::shared_ptr<BatchPool> pool_ = std::make_shared<BatchPool>();
  std::shared_ptr<std::vector<record::Record>> records_;
  std::size_t expected_ = 0;
};

/// Records as Arrow columns (arrow_columns.hpp says which): the capsules of the PyCapsule protocol.
pyb::capsule arrow_schema(const Batch& batch);
pyb::tuple arrow_array(const Batch& batch);
pyb::capsule arrow_stream(const Batch& batch);

}  // namespace hft::py
