// Scores of queries with keys, for `flash.h`, in one of two kinds. A prompt's are in bf16. Those of a frame of a picture
// are in int8, a scale for each row, which halves their cost: patches are many and see all of each other, and their
// softmax forgives it (SageAttention, arXiv 2410.02367). A number all keys share changes no softmax, so that their mean
// is taken away first, which leaves int8 the differences.

constexpr int KEYS = 64;        // side by side in four vectors
constexpr int KEY_BLOCK = 512;  // between two corrections of the running softmax

// A head's queries: rows of numbers that lie `stride` apart, and what their scores are multiplied with.
template <class Number>
struct QueryRows {
  const Number* first;
  int64_t stride;
  const float* scales;  // as far apart as heads are many; null: 1
  int scale_stride;

  QueryRows from(int64_t t) const {
    return {first + t * stride, stride, scales ? scales + t * scale_stride : nullptr, scale_stride};
  }
  float scale(int n) const { return scales ? scales[n * scale_stride] : 1.f; }
};

// A head's keys, `length` filled up to whole KEYS with zeros: [length / 64][size / TOGETHER][64][TOGETHER].
template <class Number>
struct PackedKeys {
  const Number* numbers;
  const float* scales;    // [length] of int8
  const int32_t* shifts;  // [length] what the queries' being unsigned adds
};

// What sums of integers are kept in: of __m512i, which has other lanes, GCC writes each one to memory as well.
using Ints = int32_t __attribute__((vector_size(64)));

// A row's TOGETHER numbers at a time (four bytes) to their places among the keys.
inline void place_key(const int32_t* row, int words, int64_t t, int32_t* keys) {
  for (int w = 0; w < words; w++) keys[(t / KEYS * words + w) * KEYS + t % KEYS] = row[w];
}

struct WideScores {
  using Number = uint16_t;  // bf16
  static constexpr int TOGETHER = 2;

  static void pack_keys(const Many& m, int head, int64_t padded, Number* keys, float*, int32_t*) {
    alignas(64) int32_t row[MOST_SIZE / 2] = {};
    for (int64_t t = 0; t < padded; t++) {
      if (t < m.length)
        std::memcpy(row, m.k.first + t * m.k.stride + head * m.size, m.size * sizeof(Number));
      else
        std::fill(row, row + m.size / 2, 0);
      place_key(row, m.size / 2, t, reinterpret_cast<int32_t*>(keys));
    }
  }

  static void pack_query(const Many&, int64_t, int, Number*, float&) {}  // they are used as they come

  // scores[N][KEY_BLOCK] of N queries and the first `count` keys behind key `at`, in steps of KEYS.
  template <int N>
  static void score(const QueryRows<Number>& q, const PackedKeys<Number>& k, int64_t at, int count, int size,
                    float (*scores)[KEY_BLOCK]) {
    const Number* keys = k.numbers + at * size;
    for (int first = 0; first < count; first += KEYS) {
      __m512 sums[N][4];
      for (int n = 0; n < N; n++)
        for (int i = 0; i < 4; i++) sums[n][i] = _mm512_setzero_ps();
      for (int p = 0; p < size / 2; p++, keys += 2 * KEYS) {
        __m512bh key[4];
        for (int i = 0; i < 4; i++) key[i] = (__m512bh)_mm512_loadu_si512(keys + 32 * i);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512bh query = Isa::two(q.first + n * q.stride + 2 * p);
          for (int i = 0; i < 4; i++) sums[n][i] = _mm512_dpbf16_ps(sums[n][i], query, key[i]);
        }
      }
      for (int n = 0; n < N; n++)
        for (int i = 0; i < 4; i++) _mm512_storeu_ps(scores[n] + first + 16 * i, sums[n][i]);
    }
  }
};

struct NarrowScores {
  using Number = uint8_t;  // queries 128 too large, keys as int8
  static constexpr int TOGETHER = 4;

  // A row of one head, its halves turned by the angles of token t.
  static void turned(const Rows& rows, const Many& m, int64_t t, int head, float* out) {
    const int half = m.size / 2;
    const uint16_t* x = rows.first + t * rows.stride + head * m.size;
    const float *c = m.cos + t * half, *n = m.sin + t * half;
    for (int i = 0; i < half; i++) {
      const float first = from_bf16(x[i]), second = from_bf16(x[i + half]);
      out[i] = first * c[i] - second * n[i];
      out[i + half] = second * c[i] + first * n[i];
    }
  }

  static void pack_keys(const Many& m, int head, int64_t padded, Number* keys, float* scales, int32_t* shifts) {
    alignas(64) float row[MOST_SIZE], mean[MOST_SIZE] = {};
    alignas(64) int32_t words[MOST_SIZE / 4] = {};
    for (int64_t t = 0; t < m.length; t++) {
      turned(m.k, m, t, head, row);
      for (int i = 0; i < m.size; i++) mean[i] += row[i];
    }
    for (int i = 0; i < m.size; i++) mean[i] /= float(m.length);
    for (int64_t t = 0; t < padded; t++) {
      if (t < m.length) {
        turned(m.k, m, t, head, row);
        for (int i = 0; i < m.size; i++) row[i] -= mean[i];
      } else {
        std::fill(row, row + m.size, 0.f);
      }
      Isa::quantise(row, m.size, reinterpret_cast<int8_t*>(words), scales[t], shifts[t]);
      shifts[t] *= -128;
      place_key(words, m.size / 4, t, reinterpret_cast<int32_t*>(keys));
    }
  }

  static void pack_query(const Many& m, int64_t t, int head, Number* to, float& scale) {
    alignas(64) float row[MOST_SIZE];
    int32_t sum;
    turned(m.q, m, t, head, row);
    Isa::quantise(row, m.size, reinterpret_cast<int8_t*>(to), scale, sum);
    for (int i = 0; i < m.size; i++) to[i] ^= 0x80;
  }

  // As `WideScores::score`; the queries' scales are still to come.
  template <int N>
  static void score(const QueryRows<Number>& q, const PackedKeys<Number>& k, int64_t at, int count, int size,
                    float (*scores)[KEY_BLOCK]) {
    const Number* keys = k.numbers + at * size;
    for (int first = 0; first < count; first += KEYS) {
      Ints sums[N][4];
#pragma GCC unroll 6
      for (int n = 0; n < N; n++)
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) sums[n][i] = Ints{};
      for (int p = 0; p < size / 4; p++, keys += 4 * KEYS) {
        __m512i key[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) key[i] = _mm512_loadu_si512(keys + 64 * i);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512i query = Isa::four(q.first + n * q.stride + 4 * p);
#pragma GCC unroll 4
          for (int i = 0; i < 4; i++) sums[n][i] = (Ints)_mm512_dpbusd_epi32((__m512i)sums[n][i], query, key[i]);
        }
      }
#pragma GCC unroll 6
      for (int n = 0; n < N; n++)
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          const __m512i sum = _mm512_add_epi32((__m512i)sums[n][i], _mm512_loadu_si512(k.shifts + at + first + 16 * i));
          const __m512 scale = _mm512_loadu_ps(k.scales + at + first + 16 * i);
          _mm512_storeu_ps(scores[n] + first + 16 * i, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale));
        }
    }
  }
};
