#include "tools/tool_store.h"

#include "base/paths.h"
#include "base/say.h"
#include "net/archive.h"
#include "net/download.h"
#include "net/sha256.h"

#include <atomic>
#include <chrono>
#include <fstream>

#ifdef _WIN32
#include <process.h>
#else
#include <unistd.h>
#endif

namespace timonier {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mostBytes = 512u << 20; // of a download and of a program

int processId()
{
#ifdef _WIN32
    return _getpid();
#else
    return getpid();
#endif
}

Error unwritable(const fs::path &path, const std::string &why)
{
    return {.kind = ErrorKind::Io, .message = say("Core", "{} cannot be written: {}", toUtf8(path), why), .hint = say("Core", "Is there room on the disk, and may you write there?")};
}

// A folder beside the final ones that goes with everything in it, unless it was given its name.
class Workshop
{
public:
    static Result<Workshop> in(const fs::path &store, const std::string &name)
    {
        static std::atomic<unsigned> count = 0;
        std::error_code error;
        fs::create_directories(store, error);
        if (error)
            return std::unexpected(unwritable(store, error.message()));
        sweep(store);
        fs::path folder = store / fs::path(".part-" + name + "-" + std::to_string(processId()) + "-" + std::to_string(count++));
        fs::remove_all(folder, error); // of a process that had our number
        fs::create_directory(folder, error);
        if (error)
            return std::unexpected(unwritable(folder, error.message()));
        return Workshop(std::move(folder));
    }
    Workshop(Workshop &&other) noexcept : m_folder(std::exchange(other.m_folder, {})) {}
    Workshop &operator=(Workshop &&) = delete;
    ~Workshop()
    {
        std::error_code ignored;
        if (!m_folder.empty())
            fs::remove_all(m_folder, ignored);
    }
    const fs::path &folder() const { return m_folder; }

    // Another process may have been quicker: then that one's is as good, for it was checked by the same sum.
    Result<> nameIt(const fs::path &final, const fs::path &program)
    {
        std::error_code error;
        fs::rename(m_folder, final, error);
        if (!error) {
            m_folder.clear();
            return {};
        }
        std::error_code ignored;
        if (fs::is_regular_file(program, ignored))
            return {};
        // What is there is not whole: a person took something out of it.
        fs::remove_all(final, ignored);
        fs::rename(m_folder, final, error);
        if (error)
            return std::unexpected(unwritable(final, error.message()));
        m_folder.clear();
        return {};
    }

private:
    explicit Workshop(fs::path folder) : m_folder(std::move(folder)) {}

    // What killed processes left. A day: a download may be slow, but not that slow.
    static void sweep(const fs::path &store)
    {
        std::error_code ignored;
        for (const fs::directory_entry &one : fs::directory_iterator(store, ignored))
            if (toUtf8(one.path().filename()).starts_with(".part-") && one.last_write_time(ignored) < fs::file_time_type::clock::now() - std::chrono::hours(24))
                fs::remove_all(one.path(), ignored);
    }

    fs::path m_folder;
};

// Writes and adds up at once.
class SummedFile
{
public:
    explicit SummedFile(const fs::path &path) : m_path(path), m_file(path, std::ios::binary | std::ios::trunc) {}
    Result<> add(std::string_view bytes)
    {
        m_sum.add(bytes);
        if (!m_file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
            return std::unexpected(unwritable(m_path, say("Core", "no room?")));
        return {};
    }
    Result<std::string> close()
    {
        m_file.close();
        if (!m_file)
            return std::unexpected(unwritable(m_path, say("Core", "no room?")));
        return m_sum.hex();
    }

private:
    const fs::path &m_path;
    std::ofstream m_file;
    Sha256 m_sum;
};

// "SUM", "SUM  NAME" or many such lines: the sum of `name`, or the only one.
std::optional<std::string> sumIn(std::string_view text, std::string_view name)
{
    std::string only;
    int alone = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        const std::string_view digits = line.substr(0, line.find_first_of(" \t\r"));
        if (digits.size() != 64 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
            continue;
        std::string sum;
        for (const char c : digits)
            sum += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
        std::string_view rest = line.substr(digits.size());
        rest = rest.substr(std::min(rest.find_first_not_of(" \t*"), rest.size()));
        rest = rest.substr(0, rest.find_last_not_of(" \t\r") + 1);
        if (rest == name)
            return sum;
        if (rest.empty() && ++alone == 1)
            only = sum;
    }
    if (alone != 1)
        return std::nullopt;
    return only;
}

Result<std::string> readAll(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    if (!file)
        return fail(ErrorKind::Io, say("Core", "{} cannot be read", toUtf8(path)));
    return text;
}

// The sum that the file must have.
Result<std::string> expectedSum(const ToolFile &file, const ToolOptions &options, bool offline, std::stop_token stop)
{
    if (!file.sha256.empty())
        return file.sha256;
    const std::string name = fileNameOf(file.url);
    std::string text;
    if (offline)
        text = TRY(readAll(options.offlineFolder / toPath(fileNameOf(file.sumUrl))));
    else
        text = TRY(downloadText(file.sumUrl, {.limit = 1u << 20, .environment = options.environment}, stop)).text;
    if (auto sum = sumIn(text, name))
        return *sum;
    return fail(ErrorKind::Protocol, say("Core", "{} has no SHA-256 of {}", shownUrl(file.sumUrl), name));
}

Result<std::string> fetched(const ToolSpec &spec, const ToolFile &file, const fs::path &into, const ToolOptions &options, const ToolProgress &progress, std::stop_token stop)
{
    SummedFile target(into);
    DownloadOptions how{.limit = mostBytes, .environment = options.environment};
    if (progress)
        how.progress = [&](std::uint64_t received, std::optional<std::uint64_t> total) { progress(spec.name, received, total); };
    TRY(download(file.url, [&](std::string_view bytes) { return target.add(bytes); }, how, stop));
    return target.close();
}

Result<std::string> copied(const fs::path &from, const fs::path &into, std::stop_token stop)
{
    std::ifstream file(from, std::ios::binary);
    SummedFile target(into);
    std::vector<char> piece(1u << 20);
    while (file && !stop.stop_requested()) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        TRY(target.add({piece.data(), static_cast<std::size_t>(file.gcount())}));
    }
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    if (!file.eof())
        return fail(ErrorKind::Io, say("Core", "{} cannot be read", toUtf8(from)));
    return target.close();
}

Result<> unpack(const fs::path &archive, const ToolFile &file, const fs::path &into, std::stop_token stop)
{
    bool found = false;
    const auto takeProgram = [&](const ArchiveEntry &entry) -> Result<> {
        if (entry.path() != file.entry || !entry.isFile())
            return {};
        found = true;
        SummedFile target(into);
        TRY(entry.read([&](std::string_view bytes) { return target.add(bytes); }));
        TRY(target.close());
        return {};
    };
    TRY(readArchive(archive, fileNameOf(file.url), {.bytes = mostBytes}, takeProgram, stop));
    if (!found)
        return fail(ErrorKind::Protocol, say("Core", "{} has no {} in it", fileNameOf(file.url), file.entry));
    return {};
}

} // namespace

fs::path storeOf(const ToolOptions &options)
{
    const fs::path own = options.store.empty() ? dataDir() / "tools" : options.store;
    return options.arch.empty() ? own : own / toPath(options.os + "-" + options.arch);
}

fs::path programIn(const fs::path &store, const ToolSpec &spec)
{
    return store / toPath(spec.name + "-" + spec.version) / toPath(spec.name + (thisOs() == "windows" ? ".exe" : ""));
}

Result<> installTool(const ToolSpec &spec, const ToolFile &file, const ToolOptions &options, bool offline, const ToolProgress &progress, std::stop_token stop)
{
    const fs::path store = storeOf(options);
    Workshop workshop = TRY(Workshop::in(store, spec.name));
    const std::string expected = TRY(expectedSum(file, options, offline, stop));
    const fs::path final = programIn(store, spec);
    const fs::path program = workshop.folder() / final.filename();
    const fs::path taken = file.entry.empty() ? program : workshop.folder() / "archive";
    const auto sum = offline ? copied(options.offlineFolder / toPath(fileNameOf(file.url)), taken, stop) : fetched(spec, file, taken, options, progress, stop);
    if (!sum)
        return std::unexpected(sum.error());
    if (*sum != expected)
        return std::unexpected(Error{.kind = ErrorKind::Protocol,
                                     .message = say("Core", "{} is not what its maker published: its SHA-256 is {}, not {}", fileNameOf(file.url), *sum, expected),
                                     .hint = offline ? say("Core", "Download it anew from {} into that folder.", file.url)
                                                     : say("Core", "Nothing of it was kept. Something on the way changes downloads; try again on another network, or put the file into the offline folder."),
                                     .context = {{"url", shownUrl(file.url)}}});
    if (!file.entry.empty()) {
        TRY(unpack(taken, file, program, stop));
        std::error_code ignored;
        fs::remove(taken, ignored);
    }
    std::error_code error;
    fs::permissions(program, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec, error);
    if (error)
        return std::unexpected(unwritable(program, error.message()));
    return workshop.nameIt(final.parent_path(), final);
}

} // namespace timonier
