// The hot loop of OrderBookSet for processors with AVX2.
#define HFT_ISA avx2
#include "hft/book/order_book_apply.hpp"
