"""How the console looks: tokens and what is made of them (palette, style sheet, icons, fonts), dark and light, and in a partner's brand."""
