// Archives made in the test, good ones and those that nobody should write.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <vector>

namespace test {

struct Entry {
    std::string path, text;
    char type = 'f';        // f: a file, d: a folder, l: a symbolic link to `text`
};

// `kind`: "tar", "tar.gz" or "zip".
inline std::string archiveOf(const std::vector<Entry> &entries, const std::string &kind)
{
    std::string bytes(1 << 20, '\0');
    for (const Entry &one : entries)
        bytes.resize(bytes.size() + one.text.size() + 4096);
    std::size_t used = 0;
    archive *made = archive_write_new();
    if (kind == "zip")
        archive_write_set_format_zip(made);
    else
        archive_write_set_format_pax_restricted(made);
    if (kind == "tar.gz")
        archive_write_add_filter_gzip(made);
    archive_write_open_memory(made, bytes.data(), bytes.size(), &used);
    for (const Entry &one : entries) {
        archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, one.path.c_str());
        archive_entry_set_filetype(entry, one.type == 'd' ? AE_IFDIR : one.type == 'l' ? AE_IFLNK : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (one.type == 'l')
            archive_entry_set_symlink(entry, one.text.c_str());
        else if (one.type == 'f')
            archive_entry_set_size(entry, static_cast<la_int64_t>(one.text.size()));
        archive_write_header(made, entry);
        if (one.type == 'f')
            archive_write_data(made, one.text.data(), one.text.size());
        archive_entry_free(entry);
    }
    archive_write_close(made);
    archive_write_free(made);
    bytes.resize(used);
    return bytes;
}

} // namespace test
