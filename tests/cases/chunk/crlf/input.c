// Windows line ends.
#include <stdio.h>

static int twice(int n)
{
    return 2 * n;
}

/* Two lines,
   one comment. */
int main(void)
{
    const char *text = "a\
b";
    printf("%d %s\n", twice(2), text);
    return 0;
}