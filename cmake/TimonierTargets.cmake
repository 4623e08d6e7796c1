# Every folder below core/ and ui/ is one static library named after it; its sources are whatever lies in it.
# QT: its headers need moc. PCH: the headers to precompile.
#   timonier_library(kube PUBLIC timonier_base CURL::libcurl PRIVATE simdjson::simdjson)
function(timonier_library name)
    cmake_parse_arguments(arg "QT" "" "PUBLIC;PRIVATE;PCH" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    add_library(timonier_${name} STATIC ${sources})
    target_link_libraries(timonier_${name} PUBLIC timonier_settings ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(arg_QT)
        set_target_properties(timonier_${name} PROPERTIES AUTOMOC ON AUTORCC ON)
    endif()
    if(arg_PCH)
        target_precompile_headers(timonier_${name} PRIVATE ${arg_PCH})
    endif()
endfunction()

# timonier_test(unit kube tst_framer.cpp LIBS timonier_kube): one Qt Test executable, registered with ctest under its
# own name and the label of its part (unit, lab, bench), which is how tests/run chooses. SCREEN: it paints; a second label. The targets tests_unit,
# tests_screen … build what a part needs and nothing else.
function(timonier_test part source)
    cmake_parse_arguments(arg "SCREEN" "TIMEOUT" "LIBS;DEFINES" ${ARGN})
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE Qt6::Test ${arg_LIBS})
    set(group tests_${part})
    if(arg_SCREEN)
        set(group tests_screen)
    endif()
    if(NOT TARGET ${group})
        add_custom_target(${group})
    endif()
    add_dependencies(${group} ${name})
    target_compile_definitions(${name} PRIVATE ${arg_DEFINES})
    # A test's literals are ASCII, and many.
    target_compile_options(${name} PRIVATE -UQT_NO_CAST_FROM_ASCII)
    add_test(NAME ${name} COMMAND ${name})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    # tsan takes QProcess's fork for one that goes on in the child, and ends the test at the next thread.
    set_tests_properties(${name} PROPERTIES LABELS ${part} TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "TSAN_OPTIONS=die_after_fork=0:halt_on_error=1:second_deadlock_stack=1:suppressions=${CMAKE_SOURCE_DIR}/tests/unit/tsan.supp;QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TIMONIER_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
    if(arg_SCREEN)
        set_property(TEST ${name} APPEND PROPERTY LABELS screen)
    endif()
endfunction()
