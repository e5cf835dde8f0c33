# Files below kernels/x86/avx2 and kernels/x86/avx512 are the only ones compiled for more than the
# baseline CPU; kernels/ chooses between them when the process starts.
if(TARGET swivel_kernels)
  target_compile_options(swivel_kernels PRIVATE -O3)
  foreach(set "avx2|-mavx2;-mfma;-mf16c"
              "avx512|-mavx2;-mfma;-mf16c;-mavx512f;-mavx512bw;-mavx512vl;-mavx512dq;-mavx512vnni")
    string(REPLACE "|" ";" parts "${set}")
    list(POP_FRONT parts folder)
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/kernels/x86/${folder}/*.cc)
    set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "${parts}")
  endforeach()
endif()
