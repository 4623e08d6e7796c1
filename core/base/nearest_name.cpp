#include "base/nearest_name.h"

#include <algorithm>
#include <numeric>

namespace timonier {

namespace {

std::string folded(std::string_view name)
{
    std::string text(name.substr(0, 256)); // distance is quadratic
    for (char &c : text)
        c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

// Levenshtein's, in one row.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace

std::string nearestName(std::string_view wanted, const std::vector<std::string> &names)
{
    const std::string text = folded(wanted);
    if (text.empty())
        return {};
    std::string nearest;
    std::size_t least = std::max<std::size_t>(1, text.size() / 3) + 1;
    for (const std::string &name : names) {
        const std::string other = folded(name);
        std::size_t far = distance(text, other);
        // "prod" for "arn:aws:eks:…:cluster/prod"
        if (text.size() >= 3 && other.find(text) != other.npos)
            far = std::min<std::size_t>(far, 1);
        if (far < least) {
            least = far;
            nearest = name;
        }
    }
    return nearest;
}

} // namespace timonier
