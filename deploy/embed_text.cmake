# SPDX-License-Identifier: Apache-2.0
# Turns IN (any text file) into OUT, a header with the text as NAMESPACE::text::NAME. In pieces, because a compiler must
# take only so long a literal.
file(READ ${IN} text)
string(LENGTH "${text}" length)
set(out "// Made from ${IN_NAME}\n#pragma once\n#include <string_view>\nnamespace ${NAMESPACE}::text {\ninline constexpr std::string_view ${NAME} =\n")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 piece)
  string(APPEND out "R\"sealkeep(${piece})sealkeep\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${OUT} "${out};\n}\n")
