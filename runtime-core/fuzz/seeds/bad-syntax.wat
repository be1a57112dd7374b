(module (func (i32.cnst 1)))
