// What `attend.h` does to a few tokens, in fp32: bf16 is the upper half of it.

using Query = float;

const Query* queries_of(const uint16_t* q, int count, std::vector<Query>& room) {
  room.resize(count);
  for (int i = 0; i < count; i++) room[i] = from_bf16(q[i]);
  return room.data();
}

// Reads the rows of a chunk in the order in which they lie: the processor sees a stream, and goes ahead of it. Heads are
// then found in its caches.
void stream(const Side& from, const int64_t* rows, int count) {
  const int bytes = from.kv_heads * from.size * (from.scales ? 1 : 2);
  __m256i all = _mm256_setzero_si256();
  for (int t = 0; t < count; t++) {
    const char* row = from.place(rows[t], 0);
    for (int byte = 0; byte + 32 <= bytes; byte += 64)
      all = _mm256_or_si256(all, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + byte)));
  }
  asm volatile("" ::"x"(all));
}

inline __m256 eight(const uint16_t* x) {
  const __m128i narrow = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(narrow), 16));
}

// scores[SHARING][CHUNK] of heads that share keys, for STEP tokens, as many at a time as registers hold sums of.
template <int SHARING>
void score_step(const Query* q, const HeadRows& keys, int size, bool is_int8, float* scores) {
  constexpr int T = SHARING <= 2 ? 4 : SHARING <= 5 ? 2 : 1;
  const float scale = 1.f / std::sqrt(float(size));
  for (int t = 0; t < STEP; t += T) {
    __m256 sums[SHARING][T];
    for (int r = 0; r < SHARING; r++)
      for (int j = 0; j < T; j++) sums[r][j] = _mm256_setzero_ps();
    for (int i = 0; i < size; i += 8) {
      __m256 key[T];
      for (int j = 0; j < T; j++) key[j] = eight(keys.at[t + j] + i);
#pragma GCC unroll 8
      for (int r = 0; r < SHARING; r++) {
        const __m256 query = _mm256_loadu_ps(q + r * size + i);
        for (int j = 0; j < T; j++) sums[r][j] = _mm256_fmadd_ps(query, key[j], sums[r][j]);
      }
    }
    for (int r = 0; r < SHARING; r++)
      for (int j = 0; j < T; j++)
        scores[r * CHUNK + t + j] = Isa::sum(sums[r][j]) * scale * (is_int8 ? keys.scales[t + j] : 1.f);
  }
}

// Scores to shares of the chunk's softmax, filled up with zeros to whole steps; its sum and largest score.
void share_out(float* scores, int count, float& sum, float& largest) {
  const int padded = (count + STEP - 1) / STEP * STEP;
  largest = *std::max_element(scores, scores + count);
  const __m256 shift = _mm256_set1_ps(largest);
  for (int t = 0; t < padded; t += 8)
    _mm256_storeu_ps(scores + t, Isa::exp(_mm256_sub_ps(_mm256_loadu_ps(scores + t), shift)));
  std::fill(scores + count, scores + padded, 0.f);
  __m256 total = _mm256_setzero_ps();
  for (int t = 0; t < padded; t += 8) total = _mm256_add_ps(total, _mm256_loadu_ps(scores + t));
  sum = Isa::sum(total);
}

// out[SHARING][stride] += values weighted with shares[SHARING][CHUNK].
template <int SHARING>
void weigh_step(const float* shares, const HeadRows& values, int size, bool is_int8, float* out, int stride) {
  float mine[SHARING][STEP];
  for (int r = 0; r < SHARING; r++)
    for (int t = 0; t < STEP; t++) mine[r][t] = shares[r * CHUNK + t] * (is_int8 ? values.scales[t] : 1.f);
  for (int i = 0; i < size; i += 8) {
    __m256 sums[SHARING];
    for (int r = 0; r < SHARING; r++) sums[r] = _mm256_loadu_ps(out + r * stride + i);
#pragma GCC unroll 4
    for (int t = 0; t < STEP; t++) {
      const __m256 value = eight(values.at[t] + i);
      for (int r = 0; r < SHARING; r++) sums[r] = _mm256_fmadd_ps(_mm256_set1_ps(mine[r][t]), value, sums[r]);
    }
    for (int r = 0; r < SHARING; r++) _mm256_storeu_ps(out + r * stride + i, sums[r]);
  }
}

void put_in_order(float*, int) {}  // it is
