#include "catalog/entry_reader.h"

#include "base/say.h"
#include "catalog/entry_fields.h"
#include "catalog/template.h"
#include "kube/yaml_fields.h"

#include <regex>

namespace timonier::catalog {

namespace {

int minorOf(const std::string &text, const YAML::Mark &mark)
{
    std::smatch parts;
    if (text.empty())
        return 0;
    if (!std::regex_match(text, parts, std::regex(R"(1\.([0-9]{1,3}))")))
        throw WrongField{mark, say("Core", "“{}” is no version of Kubernetes such as 1.34", text)};
    return std::stoi(parts[1]);
}

// "1.31..1.35", "1.31..", "..1.21".
KubernetesRange rangeOf(const std::string &text, const YAML::Mark &mark)
{
    if (text.empty())
        return {};
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos)
        throw WrongField{mark, say("Core", "kubernetes must be a range such as 1.31..1.35, 1.31.. or ..1.21")};
    const KubernetesRange range{minorOf(text.substr(0, dots), mark), minorOf(text.substr(dots + 2), mark)};
    if (range.from && range.to && range.from > range.to)
        throw WrongField{mark, say("Core", "the range {} ends before it begins", text)};
    return range;
}

form::Choice choiceOf(const YAML::Node &node)
{
    if (node.IsScalar())
        return {.value = node.Scalar(), .title = node.Scalar()};
    Fields fields(node, "choices");
    form::Choice choice{.value = fields.text("value", true), .title = fields.text("title"), .help = fields.text("help"), .refused = fields.text("refused")};
    if (choice.title.empty())
        choice.title = choice.value;
    fields.nothingElse();
    return choice;
}

form::Parameter parameterOf(const YAML::Node &node, Entry &entry)
{
    Fields fields(node, "parameters");
    form::Parameter made{.id = fields.text("id", true), .title = fields.text("title", true), .help = fields.text("help"), .group = fields.text("group"), .initial = fields.text("default"),
                         .required = fields.flag("required"), .advanced = fields.flag("advanced"), .least = fields.number("min"), .most = fields.number("max"), .unit = fields.text("unit"),
                         .pattern = fields.text("pattern"), .patternWords = fields.text("patternWords"), .onlyIf = fields.text("if")};
    if (!std::regex_match(made.id, std::regex("[a-z][A-Za-z0-9]*")) || made.id == "name" || made.id == "namespace" || made.id == "item" || made.id == "version")
        throw WrongField{fields.mark(), say("Core", "“{}” cannot be the id of a parameter", made.id), say("Core", "It begins with a small letter; name, namespace, version and item have a meaning already.")};
    const std::string type = fields.text("type", true);
    if (const auto known = form::typeOf(type); known)
        made.type = *known;
    else
        throw WrongField{fields.get("type").Mark(), say("Core", "there is no type {} of a parameter", type)};
    for (const YAML::Node &choice : fields.list("choices"))
        made.choices.push_back(choiceOf(choice));
    if ((made.type == form::Type::Choice || made.type == form::Type::Choices) == made.choices.empty())
        throw WrongField{fields.mark(), say("Core", "{}: choices belong to the types choice and choices, and to these always", made.id)};
    made.generate = static_cast<int>(fields.number("generate").value_or(0));
    const std::string hash = fields.text("hash");
    if ((made.generate || !hash.empty()) && made.type != form::Type::Secret)
        throw WrongField{fields.mark(), say("Core", "{}: only a secret can be generated or hashed", made.id)};
    if (made.type == form::Type::Secret && !made.initial.empty())
        throw WrongField{fields.mark(), say("Core", "{}: a secret that stands in the catalogue is none", made.id)};
    if (!hash.empty() && hash != "bcrypt")
        throw WrongField{fields.get("hash").Mark(), say("Core", "hash can only be bcrypt")};
    if (!hash.empty())
        entry.hashes[made.id] = hash;
    if (const YAML::Node from = fields.get("from"); from.IsDefined()) {
        Fields one(from, "from");
        entry.given[made.id] = {.ns = one.text("namespace", true), .secret = one.text("secret", true), .key = one.text("key", true)};
        one.nothingElse();
        if (made.type != form::Type::Secret)
            throw WrongField{from.Mark(), say("Core", "{}: only a secret can be read from one in the cluster", made.id)};
    }
    fields.nothingElse();
    try {
        (void)std::regex(made.pattern);
    } catch (const std::regex_error &) {
        throw WrongField{fields.get("pattern").Mark(), say("Core", "pattern is no regular expression")};
    }
    if (std::ranges::find(entry.parameters, made.id, &form::Parameter::id) != entry.parameters.end())
        throw WrongField{fields.mark(), say("Core", "the parameter {} stands there twice", made.id)};
    form::Parameter lenient = made; // what a default may be: a file need not be there yet
    lenient.required = false;
    if (!form::isPath(made.type))
        if (const std::string problem = problemOf(lenient, {}); !problem.empty())
            throw WrongField{fields.mark(), say("Core", "the default of {}: {}", made.id, problem)};
    return made;
}

Source sourceOf(const YAML::Node &node, const std::string &file)
{
    Fields fields(node, "sources");
    Source source;
    int kinds = 0;
    for (const auto &[name, kind] : {std::pair{"templates", Source::Templates}, std::pair{"manifests", Source::Manifests}, std::pair{"kustomize", Source::Kustomize}})
        if (auto paths = fields.texts(name); !paths.empty()) {
            source.kind = kind;
            source.paths = std::move(paths);
            ++kinds;
        }
    if (const YAML::Node chart = fields.get("chart"); chart.IsDefined()) {
        Fields of(chart, "chart");
        source.kind = Source::Chart;
        source.repository = of.text("repository", true);
        source.chart = of.text("name", true);
        source.release = of.text("release");
        if (const YAML::Node values = of.get("values"); values.IsDefined()) {
            const auto json = YamlFields(file).json(values);
            if (!json)
                throw WrongField{values.Mark(), json.error().message};
            source.values = *json;
        }
        of.nothingElse();
        ++kinds;
    }
    source.archive = fields.text("archive");
    source.inside = fields.text("inside");
    source.onlyIf = fields.text("if");
    fields.nothingElse();
    if (kinds != 1)
        throw WrongField{fields.mark(), say("Core", "a source is one of templates, manifests, kustomize and chart")};
    if (source.archive.empty() != (source.kind != Source::Kustomize))
        throw WrongField{fields.mark(), say("Core", "archive belongs to kustomize, and to that always")};
    return source;
}

std::vector<KnownFailure> failuresOf(Fields &fields)
{
    std::vector<KnownFailure> all;
    for (const YAML::Node &node : fields.list("failures")) {
        Fields one(node, "failures");
        all.push_back({.signal = one.text("signal", true), .cause = one.text("cause", true), .fix = one.text("fix", true)});
        one.nothingElse();
    }
    return all;
}

void readHead(Fields &fields, Entry &entry)
{
    entry.id = fields.text("id", true);
    if (form::Parameter name{.id = "id", .type = form::Type::Name}; !problemOf(name, {.texts = {{"id", entry.id}}}).empty())
        throw WrongField{fields.get("id").Mark(), say("Core", "the id “{}” has other letters than small ones, digits and -", entry.id)};
    entry.title = fields.text("title", true);
    entry.summary = fields.text("summary", true);
    entry.about = fields.text("about");
    entry.homepage = fields.text("homepage");
    entry.warning = fields.text("warning");
    entry.group = fields.text("group");
    entry.ns = fields.text("namespace");
    entry.detect = fields.texts("detect");
    entry.leaves = fields.texts("leaves");
    for (const YAML::Node &node : fields.list("versions")) {
        Fields one(node, "versions");
        const YAML::Node range = one.get("kubernetes");
        entry.versions.push_back({.name = one.text("name", true), .kubernetes = rangeOf(one.text("kubernetes"), range.IsDefined() ? range.Mark() : one.mark()), .breaksAbove = one.flag("breaksAbove"), .note = one.text("note")});
        one.nothingElse();
    }
    if (const YAML::Node node = fields.get("needs"); node.IsDefined()) {
        Fields needs(node, "needs");
        entry.needs = {.cpuMilli = needs.quantity("cpu"), .memoryBytes = needs.quantity("memory") / 1000, .storageBytes = needs.quantity("storage") / 1000, .entries = needs.texts("entries"), .byHand = needs.texts("byHand")};
        for (const YAML::Node &tool : needs.list("tools")) {
            Fields one(tool, "tools");
            entry.needs.tools.push_back({.title = one.text("title", true), .program = one.text("program", true), .asks = one.texts("asks"), .missing = one.text("missing", true), .fix = one.text("fix", true)});
            one.nothingElse();
        }
        for (const YAML::Node &space : needs.list("namespaces")) {
            Fields one(space, "namespaces");
            entry.needs.spaces.push_back({.title = one.text("title", true), .name = one.text("name", true), .missing = one.text("missing", true), .fix = one.text("fix", true)});
            one.nothingElse();
        }
        needs.nothingElse();
    }
}

// The parameter of one of these types that it names.
std::string parameterIn(Fields &fields, const char *name, bool needed, const Entry &entry, std::initializer_list<form::Type> types, const char *typeWords)
{
    const std::string id = fields.text(name, needed);
    const auto found = std::ranges::find(entry.parameters, id, &form::Parameter::id);
    if (!id.empty() && (found == entry.parameters.end() || std::ranges::find(types, found->type) == types.end()))
        throw WrongField{fields.get(name).Mark(), say("Core", "{} must name a parameter of the type {}, not “{}”", name, typeWords, id)};
    return id;
}

std::optional<Store> storeOf(Fields &delivery, const Entry &entry)
{
    const YAML::Node node = delivery.get("store");
    if (!node.IsDefined())
        return {};
    Fields one(node, "store");
    const auto secret = [&](const char *name) { return parameterIn(one, name, true, entry, {form::Type::Secret}, "secret"); };
    Store store{.service = one.text("service", true), .ns = one.text("namespace", true), .port = one.text("port", true), .id = secret("id"), .key = secret("key"),
                .bucket = one.text("bucket", true), .folder = one.text("folder", true), .region = one.text("region", true)};
    one.nothingElse();
    return store;
}

Delivery deliveryOf(const YAML::Node &node, const Entry &entry)
{
    Fields one(node, "deliver");
    Delivery made{.file = parameterIn(one, "file", true, entry, {form::Type::File, form::Type::Path}, "file"), .to = one.text("to", true), .store = storeOf(one, entry), .onlyIf = one.text("if")};
    made.holder = one.text(made.store ? "secret" : "claim", true);
    if (!made.store) {
        made.image = one.text("image", true);
        made.pullSecret = one.text("pullSecret");
        made.rootIf = one.text("rootIf");
    }
    one.nothingElse();
    return made;
}

void readCarried(Fields &fields, Entry &entry)
{
    for (const YAML::Node &node : fields.list("deliver"))
        entry.deliveries.push_back(deliveryOf(node, entry));
    for (const YAML::Node &node : fields.list("ask")) {
        Fields one(node, "ask");
        entry.questions.push_back({.service = one.text("service", true), .port = one.text("port", true), .health = one.text("health"), .path = one.text("path"), .body = parameterIn(one, "body", false, entry, {form::Type::File}, "file"), .type = one.text("type"),
                                   .answer = one.text("answer"), .onlyIf = one.text("if")});
        one.nothingElse();
    }
}

void readWorks(Fields &fields, Entry &entry)
{
    for (const YAML::Node &node : fields.list("commands")) {
        Fields one(node, "commands");
        ToolWork work{.title = one.text("title", true), .program = one.text("program", true), .asks = one.texts("asks"), .field = one.text("field"), .answer = one.text("answer"), .run = one.texts("run"), .undo = one.texts("undo"),
                      .gone = one.text("gone"), .onlyIf = one.text("if")};
        if (const YAML::Node given = one.get("file"); given.IsDefined()) {
            Fields file(given, "file");
            work.file = file.text("name", true);
            const YAML::Node content = file.get("content");
            const auto json = YamlFields(entry.file).json(content);
            if (!json)
                throw WrongField{given.Mark(), json.error().message};
            work.content = *json;
            file.nothingElse();
        }
        one.nothingElse();
        if (work.run.empty() && work.asks.empty())
            throw WrongField{one.mark(), say("Core", "a command has run, or asks, or both")};
        if (work.field.empty() != work.answer.empty())
            throw WrongField{one.mark(), say("Core", "field and answer belong together")};
        entry.works.push_back(std::move(work));
    }
}

void readBody(Fields &fields, Entry &entry)
{
    if (!entry.versions.empty()) {
        form::Parameter version{.id = "version", .title = say("Core", "Version"), .type = form::Type::Choice, .initial = entry.versions.front().name, .required = true};
        for (const Version &one : entry.versions)
            version.choices.push_back({.value = one.name, .title = one.name, .help = one.note});
        entry.parameters.push_back(std::move(version));
    }
    for (const YAML::Node &node : fields.list("parameters"))
        entry.parameters.push_back(parameterOf(node, entry));
    bool elsewhere = false;
    for (const YAML::Node &node : fields.list("sources")) {
        entry.sources.push_back(sourceOf(node, entry.file));
        elsewhere |= entry.sources.back().kind != Source::Templates;
    }
    if (elsewhere && std::ranges::find(entry.parameters, "source", &form::Parameter::id) == entry.parameters.end())
        entry.parameters.push_back({.id = "source", .title = say("Core", "Taken from"), .help = say("Core", "A folder or file on this computer in place of the download: for work without internet."), .advanced = true});
    readCarried(fields, entry);
    readWorks(fields, entry);
    for (const YAML::Node &node : fields.list("open")) {
        Fields one(node, "open");
        Opening opening{.title = one.text("title", true), .service = one.text("service", true), .ns = one.text("namespace"), .port = one.text("port", true), .host = one.text("host"), .onlyIf = one.text("if")};
        if (const std::string path = one.text("path"); !path.empty())
            opening.path = path;
        if (const std::string scheme = one.text("scheme"); !scheme.empty())
            opening.scheme = scheme;
        one.nothingElse();
        entry.openings.push_back(std::move(opening));
    }
    for (const YAML::Node &node : fields.list("notes")) {
        Fields one(node, "notes");
        entry.notes.push_back({.text = one.text("text", true), .onlyIf = one.text("if")});
        one.nothingElse();
    }
    entry.token = fields.text("token");
    entry.failures = failuresOf(fields);
    fields.nothingElse();
}

Result<> readTemplates(Entry &entry, const SideFile &sideFile)
{
    for (const Source &source : entry.sources)
        if (source.kind == Source::Templates)
            for (const std::string &name : source.paths)
                entry.templates[name] = TRY(sideFile(name));
    return {};
}

} // namespace

std::string KubernetesRange::text() const
{
    if (from && to)
        return from == to ? fmt::format("1.{}", from) : fmt::format("1.{}–1.{}", from, to);
    return from ? say("Core", "1.{} or newer", from) : to ? say("Core", "1.{} or older", to) : std::string();
}

namespace {

// Whatever `read` throws as an error that says where.
template <class Read>
auto guarded(const std::string &file, Read read) -> Result<decltype(read())>
{
    const auto at = [&](const YAML::Mark &mark, std::string words, std::string hint = {}) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .hint = std::move(hint),
                                     .context = {{"file", file}, {"line", std::to_string(mark.line + 1)}, {"column", std::to_string(mark.column + 1)}}});
    };
    try {
        return read();
    } catch (const WrongField &wrong) {
        return at(wrong.mark, wrong.words, wrong.hint);
    } catch (const YAML::Exception &wrong) {
        return at(wrong.mark, say("Core", "this is no YAML: {}", wrong.msg));
    }
}

} // namespace

Result<Entry> readEntry(std::string_view yaml, const std::string &file, const SideFile &sideFile)
{
    const std::string text = TRY(yamlText(yaml, file));
    Entry entry = TRY(guarded(file, [&] {
        Entry made;
        made.file = file;
        Fields fields(YAML::Load(text), say("Core", "an entry of the catalogue"));
        readHead(fields, made);
        readBody(fields, made);
        return made;
    }));
    TRY(readTemplates(entry, sideFile));
    TRY(checkTemplates(entry));
    return entry;
}

Result<std::vector<KnownFailure>> readFailures(std::string_view yaml, const std::string &file)
{
    const std::string text = TRY(yamlText(yaml, file));
    return guarded(file, [&] {
        Fields fields(YAML::Load(text), "failures");
        auto all = failuresOf(fields);
        fields.nothingElse();
        return all;
    });
}

} // namespace timonier::catalog
