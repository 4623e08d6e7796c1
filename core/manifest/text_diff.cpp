#include "manifest/text_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace timonier {

namespace {

using Lines = std::vector<std::string_view>;

Lines linesOf(std::string_view text)
{
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

struct Edit {
    char what; // ' ', '-', '+'
    int before, after; // the lines that are reached so far
};

// Forward through the edit graph, keeping the furthest points of each round; then back along them.
std::vector<Edit> shortestScript(const Lines &a, const Lines &b)
{
    const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size()), most = n + m;
    const auto at = [most](int k) { return static_cast<std::size_t>(k + most + 1); };
    std::vector<int> reach(static_cast<std::size_t>(2 * most + 3), 0);
    std::vector<std::vector<int>> rounds;
    const auto step = [&](const std::vector<int> &v, int k, int d) { return k == -d || (k != d && v[at(k - 1)] < v[at(k + 1)]); };
    for (int d = 0; d <= most; ++d) {
        rounds.push_back(reach);
        bool done = false;
        for (int k = -d; k <= d && !done; k += 2) {
            int x = step(reach, k, d) ? reach[at(k + 1)] : reach[at(k - 1)] + 1;
            while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
                ++x;
            reach[at(k)] = x;
            done = x >= n && x - k >= m;
        }
        if (done)
            break;
    }
    std::vector<Edit> script;
    int x = n, y = m;
    for (int d = static_cast<int>(rounds.size()) - 1; d >= 0; --d) {
        const std::vector<int> &v = rounds[static_cast<std::size_t>(d)];
        const int k = x - y, from = step(v, k, d) ? k + 1 : k - 1;
        const int fromX = d ? v[at(from)] : 0, fromY = d ? fromX - from : 0;
        for (; x > fromX && y > fromY; --x, --y)
            script.push_back({' ', x, y});
        if (d > 0)
            script.push_back({x == fromX ? '+' : '-', x, y});
        x = fromX, y = fromY;
    }
    std::ranges::reverse(script);
    return script;
}

} // namespace

std::string unifiedDiff(std::string_view before, std::string_view after, std::string_view beforeName, std::string_view afterName, int context)
{
    const Lines a = linesOf(before), b = linesOf(after);
    const std::vector<Edit> script = shortestScript(a, b);
    const int size = static_cast<int>(script.size());
    const auto changed = [&](int i) { return script[static_cast<std::size_t>(i)].what != ' '; };
    std::string text;
    for (int i = 0; i < size; ++i) {
        if (!changed(i))
            continue;
        const int begin = std::max(0, i - context);
        int last = i; // changes with less than two contexts between them share a hunk
        for (int j = i + 1; j < size && j <= last + 2 * context + 1; ++j)
            if (changed(j))
                last = j;
        const int end = std::min(size, last + context + 1);
        int linesBefore = 0, linesAfter = 0;
        std::string body;
        for (int j = begin; j < end; ++j) {
            const Edit &edit = script[static_cast<std::size_t>(j)];
            linesBefore += edit.what != '+';
            linesAfter += edit.what != '-';
            body += fmt::format("{}{}\n", edit.what, edit.what == '+' ? b[static_cast<std::size_t>(edit.after - 1)]
                    : a[static_cast<std::size_t>(edit.before - 1)]);
        }
        const Edit &first = script[static_cast<std::size_t>(begin)];
        const int fromBefore = first.before - (first.what != '+') + (linesBefore > 0), fromAfter = first.after - (first.what != '-') + (linesAfter > 0);
        if (text.empty())
            text = fmt::format("--- {}\n+++ {}\n", beforeName, afterName);
        text += fmt::format("@@ -{},{} +{},{} @@\n{}", fromBefore, linesBefore, fromAfter, linesAfter, body);
        i = end - 1;
    }
    return text;
}

} // namespace timonier
