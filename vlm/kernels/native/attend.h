// Attention of one token over a long cache in bf16. Keys are cut into chunks, so that every thread has work however few
// heads there are; each chunk brings its largest score, its sum and its weighted values, which are joined at the end
// (the running softmax of FlashDecoding).

constexpr int CHUNK = 256;  // tokens

// SHARING heads over `count` tokens, which lie `stride` apart. To `out`, for each head: size values, sum, largest score.
template <int SHARING>
void attend_chunk(const uint16_t* q, const uint16_t* k, const uint16_t* v, int64_t stride, int count, int size,
                  float* out) {
  alignas(64) float scores[SHARING][CHUNK];
  const float scale = 1.f / std::sqrt(float(size));
  float largest[SHARING];
  for (int r = 0; r < SHARING; r++) largest[r] = -INFINITY;
  for (int t = 0; t < count; t++) {
    const uint16_t* key = k + t * stride;
    __m512 sums[SHARING];
    for (int r = 0; r < SHARING; r++) sums[r] = _mm512_setzero_ps();
    for (int i = 0; i < size; i += 32) {
      const __m512bh part = (__m512bh)_mm512_loadu_si512(key + i);
#pragma GCC unroll 8
      for (int r = 0; r < SHARING; r++)
        sums[r] = _mm512_dpbf16_ps(sums[r], part, (__m512bh)_mm512_loadu_si512(q + r * size + i));
    }
    for (int r = 0; r < SHARING; r++) {
      scores[r][t] = _mm512_reduce_add_ps(sums[r]) * scale;
      largest[r] = std::max(largest[r], scores[r][t]);
    }
  }
  for (int r = 0; r < SHARING; r++) {
    __m512 total = _mm512_setzero_ps();
    for (int t = count; t % 16; t++) scores[r][t] = -INFINITY;
    for (int t = 0; t < count; t += 16) {
      const __mmask16 here = count - t >= 16 ? 0xFFFF : __mmask16((1u << (count - t)) - 1);
      const __m512 e = Isa::exp(_mm512_sub_ps(_mm512_load_ps(scores[r] + t), _mm512_set1_ps(largest[r])));
      _mm512_store_ps(scores[r] + t, _mm512_maskz_mov_ps(here, e));
      total = _mm512_mask_add_ps(total, here, total, e);
    }
    out[r * (size + 2) + size] = _mm512_reduce_add_ps(total);
    out[r * (size + 2) + size + 1] = largest[r];
  }
  for (int i = 0; i < size; i += 32) {
    __m512 low[SHARING], high[SHARING];
    for (int r = 0; r < SHARING; r++) low[r] = high[r] = _mm512_setzero_ps();
    for (int t = 0; t < count; t++) {
      const __m512 first = Isa::wide(v + t * stride + i), second = Isa::wide(v + t * stride + i + 16);
#pragma GCC unroll 8
      for (int r = 0; r < SHARING; r++) {
        const __m512 weight = _mm512_set1_ps(scores[r][t]);
        low[r] = _mm512_fmadd_ps(weight, first, low[r]);
        high[r] = _mm512_fmadd_ps(weight, second, high[r]);
      }
    }
    for (int r = 0; r < SHARING; r++) {
      _mm512_storeu_ps(out + r * (size + 2) + i, low[r]);
      _mm512_storeu_ps(out + r * (size + 2) + i + 16, high[r]);
    }
  }
}

void attend(const uint16_t* q, int heads, int kv_heads, int size, const uint16_t* k, const uint16_t* v, int64_t length,
            float* out, int threads) {
  static thread_local std::vector<float> scratch;
  const int sharing = heads / kv_heads, chunks = int((length + CHUNK - 1) / CHUNK);
  const int64_t stride = int64_t(kv_heads) * size, part = int64_t(sharing) * (size + 2);
  scratch.resize(kv_heads * chunks * part);
  float* parts = scratch.data();
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (int item = 0; item < kv_heads * chunks; item++) {
    const int head = item / chunks, chunk = item % chunks;
    const int64_t first = int64_t(chunk) * CHUNK, at = first * stride + int64_t(head) * size;
    const int count = int(std::min<int64_t>(CHUNK, length - first));
    const uint16_t* mine = q + int64_t(head) * sharing * size;
    switch (sharing) {
#define LECTOR_CASE(N) \
  case N:              \
    attend_chunk<N>(mine, k + at, v + at, stride, count, size, parts + item * part); \
    break;
      LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4)
      LECTOR_CASE(5) LECTOR_CASE(6) LECTOR_CASE(7) LECTOR_CASE(8)
#undef LECTOR_CASE
    }
  }
  for (int head = 0; head < heads; head++) {
    const float* mine = parts + int64_t(head / sharing) * chunks * part + int64_t(head % sharing) * (size + 2);
    float largest = -INFINITY, sum = 0.f, *to = out + int64_t(head) * size;
    for (int c = 0; c < chunks; c++) largest = std::max(largest, mine[c * part + size + 1]);
    for (int i = 0; i < size; i++) to[i] = 0.f;
    for (int c = 0; c < chunks; c++) {
      const float share = std::exp(mine[c * part + size + 1] - largest);
      sum += share * mine[c * part + size];
      for (int i = 0; i < size; i++) to[i] += share * mine[c * part + i];
    }
    for (int i = 0; i < size; i++) to[i] /= sum;
  }
}
