// The hot loop of OrderBookSet for any x86-64 processor.
#define HFT_ISA portable
#include "hft/book/order_book_apply.hpp"
