"""tools/cascade2c makes the table of a cascade that it knows, and refuses every other one."""
import os
import subprocess
import sys
import unittest

from tool import ROOT, TreeTest

STUMP = '<_><internalNodes>0 -1 {feature} 1 -1 0 0 0 0 0 -2147483648</internalNodes><leafValues>-0.5 0.25</leafValues></_>'
CASCADE = """<?xml version="1.0"?>
<opencv_storage><cascade>
  <stageType>BOOST</stageType><featureType>LBP</featureType><height>24</height><width>24</width>
  <featureParams><maxCatCount>256</maxCatCount></featureParams><stageNum>1</stageNum>
  <stages><_><maxWeakCount>1</maxWeakCount><stageThreshold>-0.75</stageThreshold><weakClassifiers>
""" + STUMP.format(feature=0) + """</weakClassifiers></_></stages>
  <features><_><rect>0 3 8 7</rect></_></features>
</cascade></opencv_storage>
"""


class Cascade2c(TreeTest):
    def run_on(self, text):
        self.write('cascade.xml', text)
        made = os.path.join(self.root, 'made.c')
        run = subprocess.run([sys.executable, os.path.join(ROOT, 'tools', 'cascade2c'), os.path.join(self.root, 'cascade.xml'), made],
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            self.assertFalse(os.path.exists(made), 'a refused cascade leaves no file')
            return run.stderr
        with open(made, encoding='ascii') as file:
            return file.read()

    def test_numbers_become_whole_and_patterns_unsigned(self):
        made = self.run_on(CASCADE)
        self.assertIn('{ { 0, 3, 8, 7 }, { 0x00000001, 0xffffffff, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, '
                      '0x80000000 }, -32768, 16384 },', made)
        self.assertIn('{ -49153, 1 },', made)

    def test_what_it_does_not_know_is_refused_with_its_reason(self):
        for wanted, old, new in [
            ('no boosted cascade of patterns', 'LBP', 'HAAR'),
            ('<width> is 45, only 24 is known', '<width>24', '<width>45'),
            ('<stageNum> is 2, only 1 is known', '<stageNum>1', '<stageNum>2'),
            ('a feature leaves the window', '0 3 8 7', '1 3 8 7'),
            ('does not have four numbers', '0 3 8 7', '0 3 8'),
            ("'x' is no whole number", '0 3 8 7', '0 3 x 7'),
            ('1 is not from 0 to 0', '0 -1 0 1', '0 -1 1 1'),
            ('a tree is no stump', '0 -1 0 1', '1 -1 0 1'),
            ('nan is out of bounds', '-0.75', 'nan'),
            ('has no <leafValues>', 'leafValues', 'values'),
            ('no XML', '</opencv_storage>', ''),
            ('no <cascade> in it', 'cascade>', 'tree>'),
        ]:
            with self.subTest(wanted):
                self.assertIn(wanted, self.run_on(CASCADE.replace(old, new)))


if __name__ == '__main__':
    unittest.main()
