// Attention of many tokens, causal or not: keys in blocks that stay in the second cache, a running softmax, and no
// matrix of scores (FlashAttention-2). Scores are those of `scores.h`, values and their shares are in bf16. A query's
// row comes out the same to the bit whatever queries stand beside it.

constexpr int QUERIES = 6;       // that share keys in registers
constexpr int QUERY_CHUNK = 96;  // that a thread takes at a time
constexpr int VALUE_VECTORS = 5; // of an output row in registers

// Keys and values of one head; values in pairs of bf16, as the products want them: [length / 2][size][2].
template <class Number>
struct PackedHead {
  PackedKeys<Number> keys;
  const uint16_t* values;
};

// KEYS of them from token t on, the tokens of a pair number by number.
void pack_values(const Many& m, int head, int64_t t, uint16_t* values) {
  const __m512i none = _mm512_setzero_si512();
  for (int64_t pair = t; pair < t + KEYS; pair += 2, values += 2 * m.size) {
    const auto wide = [&](int64_t token, int i) {
      const uint16_t* value = m.v.first + token * m.v.stride + head * m.size + i;
      return token < m.length ? _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(value))) : none;
    };
    for (int i = 0; i < m.size; i += 16)
      _mm512_storeu_si512(values + 2 * i, _mm512_or_si512(wide(pair, i), _mm512_slli_epi32(wide(pair + 1, i), 16)));
  }
}

// V vectors of N output rows: out * kept + shares values. The first `count` keys count, an even number.
template <int N, int V>
void weigh(const uint16_t (*shares)[KEY_BLOCK], const float* kept, const uint16_t* values, int count, int size,
           float* out) {
  __m512 sums[N][V];
  for (int n = 0; n < N; n++)
    for (int i = 0; i < V; i++)
      sums[n][i] = _mm512_mul_ps(_mm512_loadu_ps(out + n * size + 16 * i), _mm512_set1_ps(kept[n]));
  for (int t = 0; t < count; t += 2, values += 2 * size) {
    __m512bh value[V];
    for (int i = 0; i < V; i++) value[i] = (__m512bh)_mm512_loadu_si512(values + 32 * i);
#pragma GCC unroll 6
    for (int n = 0; n < N; n++) {
      const __m512bh share = (__m512bh)Isa::word(shares[n] + t);
      for (int i = 0; i < V; i++) sums[n][i] = _mm512_dpbf16_ps(sums[n][i], share, value[i]);
    }
  }
  for (int n = 0; n < N; n++)
    for (int i = 0; i < V; i++) _mm512_storeu_ps(out + n * size + 16 * i, sums[n][i]);
}

// Scores to shares of a softmax that is still running; returns what earlier output and sum are to be multiplied with.
float soften(const float* scores, int count, int padded, float scale, float& largest, float& sum, uint16_t* shares) {
  __m512 most = _mm512_set1_ps(largest);
  for (int t = 0; t < count; t += 16) {
    const __mmask16 here = count - t >= 16 ? 0xFFFF : __mmask16((1u << (count - t)) - 1);
    most = _mm512_mask_max_ps(most, here, most, _mm512_loadu_ps(scores + t));
  }
  const float before = largest;
  largest = _mm512_reduce_max_ps(most);
  scale *= 1.44269504f;  // powers of two
  const __m512 shift = _mm512_set1_ps(-largest * scale), times = _mm512_set1_ps(scale);
  __m512 total = _mm512_setzero_ps();
  for (int t = 0; t < padded; t += 16) {
    const int left = count - t;
    const __mmask16 here = left >= 16 ? 0xFFFF : left > 0 ? __mmask16((1u << left) - 1) : 0;
    const __m512 e = _mm512_maskz_mov_ps(here, Isa::power_of_two(_mm512_fmadd_ps(_mm512_loadu_ps(scores + t), times, shift)));
    total = _mm512_add_ps(total, e);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(shares + t), (__m256i)_mm512_cvtneps_pbh(e));
  }
  const float kept = before == -INFINITY ? 0.f : std::exp2((before - largest) * scale);
  sum = sum * kept + _mm512_reduce_add_ps(total);
  return kept;
}

// N queries, the first of which sees `seen` keys and each other `step` more than the one before it, against the block
// of keys that begins at `first`.
template <class Scores, int N>
void meet(const QueryRows<typename Scores::Number>& q, const PackedHead<typename Scores::Number>& head, int64_t first,
          int64_t seen, int step, int size, float* out, float* largest, float* sum) {
  alignas(64) float scores[N][KEY_BLOCK];
  alignas(64) uint16_t shares[N][KEY_BLOCK];
  float kept[N];
  const int count = int(std::min<int64_t>(KEY_BLOCK, seen + (N - 1) * step - first));  // of the query that sees most
  const int padded = (count + 15) / 16 * 16;
  Scores::template score<N>(q, head.keys, first, count, size, scores);
  for (int n = 0; n < N; n++) {
    const int mine = int(std::clamp<int64_t>(seen + n * step - first, 0, count));
    const float scale = q.scale(n) / std::sqrt(float(size));
    kept[n] = mine ? soften(scores[n], mine, padded, scale, largest[n], sum[n], shares[n]) : 1.f;
    if (!mine) std::fill(shares[n], shares[n] + padded, 0);
  }
  const uint16_t* values = head.values + first * size;
  const int even = (count + 1) / 2 * 2;
  for (int i = 0; i < size; i += 16 * VALUE_VECTORS) switch (std::min(VALUE_VECTORS, (size - i) / 16)) {
#define LECTOR_CASE(V) \
  case V:              \
    weigh<N, V>(shares, kept, values + 2 * i, even, size, out + i); \
    break;
      LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4) LECTOR_CASE(5)
#undef LECTOR_CASE
    }
}

// One chunk of queries of one head; `seen` keys are seen by the first of them.
template <class Scores>
void attend_queries(const QueryRows<typename Scores::Number>& q, int queries,
                    const PackedHead<typename Scores::Number>& head, int64_t seen, int step, int size, uint16_t* to,
                    int64_t to_stride) {
  alignas(64) float out[QUERY_CHUNK * MOST_SIZE] = {};
  float largest[QUERY_CHUNK], sum[QUERY_CHUNK] = {};
  std::fill(largest, largest + queries, -INFINITY);
  const int64_t most = seen + int64_t(queries - 1) * step;
  for (int64_t first = 0; first < most; first += KEY_BLOCK)
    for (int at = 0; at < queries; at += QUERIES) {
      const int n = std::min(QUERIES, queries - at);
      const int64_t mine = seen + int64_t(at) * step;
      if (mine + int64_t(n - 1) * step <= first) continue;
      switch (n) {
#define LECTOR_CASE(N)                                                                                     \
  case N:                                                                                                  \
    meet<Scores, N>(q.from(at), head, first, mine, step, size, out + at * size, largest + at, sum + at); \
    break;
        LECTOR_CASE(1) LECTOR_CASE(2) LECTOR_CASE(3) LECTOR_CASE(4) LECTOR_CASE(5) LECTOR_CASE(6)
#undef LECTOR_CASE
      }
    }
  for (int n = 0; n < queries; n++) {
    for (int i = 0; i < size; i++) out[n * size + i] /= sum[n];
    Isa::to_bf16(out + n * size, size, to + n * to_stride);
  }
}

std::vector<uint16_t>& value_scratch() {
  static thread_local std::vector<uint16_t> mine;
  return mine;
}

template <class Scores>
void attend_by(const Many& m, uint16_t* out, int threads) {
  static thread_local Scores memory;
  Scores& scores = memory;  // of the thread that calls, for all of them
  scores.resize(m);
  const int64_t padded = padded_length(m), row = int64_t(m.heads) * m.size;
  value_scratch().resize(m.kv_heads * padded * m.size);
  uint16_t* values = value_scratch().data();
  const int chunks = int((m.queries + QUERY_CHUNK - 1) / QUERY_CHUNK), sharing = m.heads / m.kv_heads;
#pragma omp parallel num_threads(threads)
  {
    if constexpr (Scores::IS_INT8) {
#pragma omp for schedule(static) nowait
      for (int64_t t = 0; t < m.queries; t++)
        for (int head = 0; head < m.heads; head++) scores.pack_query(m, head, t);
#pragma omp for schedule(dynamic)
      for (int head = 0; head < m.kv_heads; head++) scores.find_mean(m, head);
    }
#pragma omp for schedule(static)
    for (int64_t item = 0; item < m.kv_heads * (padded / KEYS); item++) {
      const int head = int(item / (padded / KEYS));
      const int64_t t = item % (padded / KEYS) * KEYS;
      scores.pack_keys(m, head, t);
      pack_values(m, head, t, values + (head * padded + t) * m.size);
    }
#pragma omp for schedule(dynamic)
    for (int item = 0; item < m.heads * chunks; item++) {
      const int head = item / chunks, at = item % chunks * QUERY_CHUNK, kv_head = head / sharing;
      const PackedHead<typename Scores::Number> packed = {scores.keys_of(m, kv_head),
                                                          values + kv_head * padded * m.size};
      const int64_t seen = m.is_causal ? m.length - m.queries + at + 1 : m.length;
      attend_queries<Scores>(scores.queries_of(m, head).from(at), int(std::min<int64_t>(QUERY_CHUNK, m.queries - at)),
                             packed, seen, m.is_causal, m.size, out + at * row + head * m.size, row);
    }
  }
}

void attend_many(const Many& m, uint16_t* out, int threads) {
  if (m.cos)
    attend_by<Int8Scores>(m, out, threads);
  else
    attend_by<Bf16Scores>(m, out, threads);
}
