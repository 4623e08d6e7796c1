#include "catalog/bcrypt.h"

#include "base/say.h"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace timonier::catalog {

namespace {

constexpr std::size_t subkeys = 18, words = subkeys + 4 * 256;
using State = std::array<std::uint32_t, words>; // P, then the four S boxes

// Blowfish begins with the fraction of pi in binary: computed here (Machin's formula, fixed point), rather than four pages of numbers.
using Fixed = std::vector<std::uint32_t>; // the most significant word first: one of whole part, then the fraction

void divide(Fixed &number, std::uint32_t by)
{
    std::uint64_t rest = 0;
    for (std::uint32_t &word : number) {
        rest = (rest << 32) | word;
        word = static_cast<std::uint32_t>(rest / by);
        rest %= by;
    }
}

void add(Fixed &number, const Fixed &other)
{
    std::uint64_t carry = 0;
    for (std::size_t i = number.size(); i-- > 0;) {
        carry += std::uint64_t(number[i]) + other[i];
        number[i] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
    }
}

void subtract(Fixed &number, const Fixed &other)
{
    std::int64_t borrow = 0;
    for (std::size_t i = number.size(); i-- > 0;) {
        borrow += std::int64_t(number[i]) - other[i];
        number[i] = static_cast<std::uint32_t>(borrow);
        borrow >>= 32;
    }
}

// factor * arctan(1/x)
Fixed arctan(std::uint32_t factor, std::uint32_t x, std::size_t size)
{
    Fixed term(size);
    term[0] = factor;
    divide(term, x);
    Fixed sum = term;
    for (std::uint32_t n = 3; std::ranges::any_of(term, [](std::uint32_t word) { return word != 0; }); n += 2) {
        divide(term, x * x);
        Fixed part = term;
        divide(part, n);
        n % 4 == 3 ? subtract(sum, part) : add(sum, part);
    }
    return sum;
}

const State &pi()
{
    static const State digits = [] {
        constexpr std::size_t size = words + 3; // the last two take the rounding
        Fixed number = arctan(16, 5, size);
        subtract(number, arctan(4, 239, size));
        State made{};
        std::copy_n(number.begin() + 1, words, made.begin());
        return made;
    }();
    return digits;
}

struct Block {
    std::uint32_t left = 0, right = 0;
};

void encipher(const State &state, Block &block)
{
    const auto box = [&](int n, std::uint32_t byte) { return state[subkeys + std::size_t(n) * 256 + (byte & 255)]; };
    std::uint32_t left = block.left ^ state[0], right = block.right;
    for (std::size_t i = 1; i <= 16; i += 2) {
        right ^= (((box(0, left >> 24) + box(1, left >> 16)) ^ box(2, left >> 8)) + box(3, left)) ^ state[i];
        left ^= (((box(0, right >> 24) + box(1, right >> 16)) ^ box(2, right >> 8)) + box(3, right)) ^ state[i + 1];
    }
    block = {right ^ state[17], left};
}

std::uint32_t nextWord(std::string_view bytes, std::size_t &at)
{
    std::uint32_t word = 0;
    for (int i = 0; i < 4; ++i, at = (at + 1) % bytes.size())
        word = (word << 8) | static_cast<unsigned char>(bytes[at]);
    return word;
}

void expand(State &state, std::string_view key, std::string_view salt)
{
    std::size_t at = 0;
    for (std::size_t i = 0; i < subkeys; ++i)
        state[i] ^= nextWord(key, at);
    Block block;
    at = 0;
    for (std::size_t i = 0; i < words; i += 2) {
        if (!salt.empty()) {
            block.left ^= nextWord(salt, at);
            block.right ^= nextWord(salt, at);
        }
        encipher(state, block);
        state[i] = block.left;
        state[i + 1] = block.right;
    }
}

constexpr std::string_view alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string encoded(std::string_view bytes)
{
    std::string text;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (have += 8; have >= 6; have -= 6)
            text += alphabet[(bits >> (have - 6)) & 63];
    }
    if (have)
        text += alphabet[(bits << (6 - have)) & 63];
    return text;
}

std::optional<std::string> decoded(std::string_view text)
{
    std::string bytes;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char letter : text) {
        const std::size_t value = alphabet.find(letter);
        if (value == alphabet.npos)
            return {};
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        if ((have += 6) >= 8) {
            have -= 8;
            bytes += static_cast<char>((bits >> have) & 255);
        }
    }
    return bytes;
}

std::string hashed(const std::string &password, int cost, std::string_view salt)
{
    const std::string_view key(password.c_str(), std::min<std::size_t>(password.size() + 1, 72)); // with its zero byte
    State state = pi();
    expand(state, key, salt);
    for (std::uint64_t i = 0; i < std::uint64_t(1) << cost; ++i) {
        expand(state, key, {});
        expand(state, salt, {});
    }
    std::string out;
    constexpr std::string_view text = "OrpheanBeholderScryDoubt";
    for (std::size_t at = 0; at < text.size(); at += 8) {
        std::size_t from = at;
        Block block{nextWord(text, from), 0};
        from = at + 4;
        block.right = nextWord(text, from);
        for (int i = 0; i < 64; ++i)
            encipher(state, block);
        for (const std::uint32_t word : {block.left, block.right})
            for (int shift = 24; shift >= 0; shift -= 8)
                out += static_cast<char>((word >> shift) & 255);
    }
    out.pop_back(); // 23 bytes of 24 are written
    return fmt::format("$2b${:02}${}{}", cost, encoded(salt), encoded(out));
}

} // namespace

Result<std::string> bcrypt(const Secret &password, int cost)
{
    if (password.reveal().size() > 72 || password.reveal().find('\0') != std::string::npos)
        return fail(ErrorKind::Invalid, say("Core", "the password is longer than 72 bytes, or holds a zero byte"), say("Core", "What hashes it would leave out the rest."));
    std::array<unsigned char, 16> salt{};
    if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
        return fail(ErrorKind::Internal, say("Core", "the generator of random numbers failed"));
    return hashed(password.reveal(), cost, std::string_view(reinterpret_cast<const char *>(salt.data()), salt.size()));
}

bool bcryptMatches(const Secret &password, std::string_view hash)
{
    if (hash.size() != 60 || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$')
        return false;
    const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
    const auto salt = decoded(hash.substr(7, 22));
    if (cost < 4 || cost > 16 || !salt)
        return false;
    return hashed(password.reveal(), cost, *salt).substr(7) == hash.substr(7);
}

} // namespace timonier::catalog
