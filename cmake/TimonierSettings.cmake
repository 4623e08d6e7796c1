# One interface target, timonier_settings, carries every flag that all of our own code is built with.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE ccache)
if(CCACHE)
    # Precompiled headers and a cache shared by checkouts need these told.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

add_library(timonier_settings INTERFACE)
target_compile_options(timonier_settings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror
    # GCC 12 sees uninitialized members inside std::expected and std::optional where there are none (bug 105593), and
    # overlapping copies in `"text" + std::string` (bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    # At -O2 it also sees copies of more bytes than there are in std::string::replace() (bug 105329): told, but no error there.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-error=stringop-overflow$<SEMICOLON>-Wno-error=stringop-overread$<SEMICOLON>-Wno-error=array-bounds>
    $<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>
    # clang: libstdc++ shows std::expected only to a compiler that claims concepts of 2020; its std::stable_sort uses what
    # C++17 deprecates.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-builtin-macro-redefined -D__cpp_concepts=202002L -Wno-deprecated-declarations>
    # The ccache of one checkout serves another, and no path of the building machine ends up in a binary.
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_compile_definitions(timonier_settings INTERFACE
    TIMONIER_VERSION="${PROJECT_VERSION}"
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER
    QT_NO_FOREACH $<$<NOT:$<CONFIG:Debug>>:QT_NO_DEBUG_OUTPUT>)
target_include_directories(timonier_settings INTERFACE ${CMAKE_SOURCE_DIR}/core ${CMAKE_SOURCE_DIR})

find_program(MOLD mold)
if(MOLD)
    target_link_options(timonier_settings INTERFACE -fuse-ld=mold)
endif()
if(TIMONIER_SANITIZE)
    target_compile_options(timonier_settings INTERFACE -fsanitize=${TIMONIER_SANITIZE} -fno-omit-frame-pointer
        -fno-sanitize-recover=all)
    target_link_options(timonier_settings INTERFACE -fsanitize=${TIMONIER_SANITIZE})
endif()
if(TIMONIER_FUZZERS)
    # Coverage in all of our code, or libFuzzer is blind and keeps nothing; the targets alone link its main().
    target_compile_options(timonier_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
