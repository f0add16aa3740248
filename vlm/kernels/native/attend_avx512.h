// What `attend.h` does to a few tokens, in bf16 as it comes: two products of a pair at once.

using Query = uint16_t;  // bf16

const Query* queries_of(const uint16_t* q, int, std::vector<Query>&) { return q; }

// Reads the rows of a chunk in the order in which they lie: the processor sees a stream, and goes ahead of it. Heads are
// then found in its caches.
void stream(const Side& from, const int64_t* rows, int count) {
  const int bytes = from.kv_heads * from.size * (from.scales ? 1 : 2);
  __m512i all = _mm512_setzero_si512();
  for (int t = 0; t < count; t++) {
    const char* row = from.place(rows[t], 0);
    for (int byte = 0; byte + 64 <= bytes; byte += 64) all = _mm512_or_si512(all, _mm512_loadu_si512(row + byte));
  }
  asm volatile("" ::"v"(all));
}

// scores[SHARING][CHUNK] of heads that share keys, for STEP tokens; four tokens at a time share the queries.
template <int SHARING>
void score_step(const uint16_t* q, const HeadRows& keys, int size, bool is_int8, float* scores) {
  alignas(64) __m512 sums[SHARING][STEP];
  for (int t = 0; t < STEP; t += 4) {
    __m512 four[SHARING][4];
    for (int r = 0; r < SHARING; r++)
      for (int j = 0; j < 4; j++) four[r][j] = _mm512_setzero_ps();
    for (int i = 0; i < size; i += 32) {
      __m512bh key[4];
      for (int j = 0; j < 4; j++) key[j] = (__m512bh)_mm512_loadu_si512(keys.at[t + j] + i);
#pragma GCC unroll 8
      for (int r = 0; r < SHARING; r++) {
        const __m512bh query = (__m512bh)_mm512_loadu_si512(q + r * size + i);
        for (int j = 0; j < 4; j++) four[r][j] = _mm512_dpbf16_ps(four[r][j], query, key[j]);
      }
    }
    for (int r = 0; r < SHARING; r++)
      for (int j = 0; j < 4; j++) sums[r][t + j] = four[r][j];
  }
  __m512 times = _mm512_set1_ps(1.f / std::sqrt(float(size)));
  if (is_int8) times = _mm512_mul_ps(times, _mm512_loadu_ps(keys.scales));
  for (int r = 0; r < SHARING; r++) _mm512_storeu_ps(scores + r * CHUNK, _mm512_mul_ps(Isa::sums_of(sums[r]), times));
}

// Scores to shares of the chunk's softmax, filled up with zeros to whole steps; its sum and largest score.
void share_out(float* scores, int count, float& sum, float& largest) {
  const auto here = [&](int t) -> __mmask16 { return count - t >= 16 ? 0xFFFF : (1u << (count - t)) - 1; };
  __m512 most = _mm512_set1_ps(-INFINITY), total = _mm512_setzero_ps();
  for (int t = 0; t < count; t += 16) most = _mm512_mask_max_ps(most, here(t), most, _mm512_loadu_ps(scores + t));
  largest = _mm512_reduce_max_ps(most);
  for (int t = 0; t < count; t += 16) {
    __m512 e = Isa::exp(_mm512_sub_ps(_mm512_loadu_ps(scores + t), _mm512_set1_ps(largest)));
    e = _mm512_maskz_mov_ps(here(t), e);
    total = _mm512_add_ps(total, e);
    _mm512_storeu_ps(scores + t, e);
  }
  sum = _mm512_reduce_add_ps(total);
}

// out[SHARING][stride] += values weighted with shares[SHARING][CHUNK]. Two tokens side by side make one product, which
// leaves numbers in another order: of each eight the first four in `low`.
template <int SHARING>
void weigh_step(const float* shares, const HeadRows& values, int size, bool is_int8, float* out, int stride) {
  alignas(64) uint16_t narrow[SHARING][STEP];
  for (int r = 0; r < SHARING; r++) {
    __m512 mine = _mm512_loadu_ps(shares + r * CHUNK);
    if (is_int8) mine = _mm512_mul_ps(mine, _mm512_loadu_ps(values.scales));
    _mm256_store_si256(reinterpret_cast<__m256i*>(narrow[r]), (__m256i)_mm512_cvtneps_pbh(mine));
  }
  for (int i = 0; i < size; i += 32) {
    __m512 low[SHARING], high[SHARING];
    for (int r = 0; r < SHARING; r++) {
      low[r] = _mm512_loadu_ps(out + r * stride + i);
      high[r] = _mm512_loadu_ps(out + r * stride + i + 16);
    }
#pragma GCC unroll 8
    for (int t = 0; t < STEP; t += 2) {
      const __m512i a = _mm512_loadu_si512(values.at[t] + i), b = _mm512_loadu_si512(values.at[t + 1] + i);
      const __m512bh first = (__m512bh)_mm512_unpacklo_epi16(a, b), second = (__m512bh)_mm512_unpackhi_epi16(a, b);
      for (int r = 0; r < SHARING; r++) {
        const __m512bh share = (__m512bh)Isa::word(narrow[r] + t);
        low[r] = _mm512_dpbf16_ps(low[r], share, first);
        high[r] = _mm512_dpbf16_ps(high[r], share, second);
      }
    }
    for (int r = 0; r < SHARING; r++) {
      _mm512_storeu_ps(out + r * stride + i, low[r]);
      _mm512_storeu_ps(out + r * stride + i + 16, high[r]);
    }
  }
}

// What `weigh_step` made, in order.
void put_in_order(float* x, int size) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
  for (int i = 0; i < size; i += 32) {
    const __m512 low = _mm512_loadu_ps(x + i), high = _mm512_loadu_ps(x + i + 16);
    _mm512_storeu_ps(x + i, _mm512_permutex2var_ps(low, first, high));
    _mm512_storeu_ps(x + i + 16, _mm512_permutex2var_ps(low, second, high));
  }
}
