function a() { return 1; } function b() { return 2; } class C { m() {} n() {} } // three on a line
const x = 1, y = () => 2; let z; // several
export function d() {
  return 3; } function e() {
  return 4;
}
